using System.Diagnostics.CodeAnalysis;

namespace Semblance.Tensors.Serialization;

/// <summary>An open file of named weights: <c>.safetensors</c>, or a PyTorch state dict (<c>.pth</c>, <c>.pt</c>).</summary>
/// <remarks>
/// The format is told from the content, not from the name. Opening reads and checks the table of contents only; the values of a tensor
/// are read when they are asked for, so a file may be larger than memory. Nothing in a file is ever executed.
/// </remarks>
public sealed class WeightFile : IDisposable
{
    private readonly IDisposable _source;
    private readonly OrderedDictionary<string, WeightTensor> _tensors;

    internal WeightFile(string path, IDisposable source, IEnumerable<WeightTensor> tensors)
    {
        Path = path;
        _source = source;
        _tensors = new(StringComparer.Ordinal);
        foreach (WeightTensor tensor in tensors)
        {
            if (!_tensors.TryAdd(tensor.Name, tensor))
            {
                throw WeightText.Bad(path, $"the tensor {WeightText.Printable(tensor.Name)} is listed twice. Save the file again.");
            }
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors by name, in the order of the file.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors => _tensors;

    /// <summary>Free-form notes of a safetensors file; empty for PyTorch.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; internal init; } = new Dictionary<string, string>();

    /// <summary>The entry of a PyTorch checkpoint that the state dict was taken from, such as <c>state_dict</c>; empty where the file is the state dict itself.</summary>
    public string UnwrappedFrom { get; internal init; } = "";

    /// <summary>Entries of a PyTorch checkpoint that are no tensors of the state dict and were left out, such as <c>epoch</c> or <c>optimizer</c>.</summary>
    public IReadOnlyList<string> LeftOut { get; internal init; } = [];

    /// <summary>Opens a weight file and checks its table of contents.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, hostile, or of another format; the message says which.</exception>
    public static WeightFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream stream = OpenStream(path);
        try
        {
            Span<byte> start = stackalloc byte[16];
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            stream.Position = 0;
            return Read(path, stream, start);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FileStream OpenStream(string path)
    {
        if (Directory.Exists(path))
        {
            throw WeightText.Bad(path, "this is a folder; a .safetensors or .pth file is needed.");
        }
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path}: there is no such weight file. Check the path.", path, exception);
        }
    }

    private static WeightFile Read(string path, FileStream stream, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
        {
            return TorchArchive.Open(path, stream);
        }
        if (start.StartsWith(LegacyTorchFile.Start))
        {
            return LegacyTorchFile.Open(path, stream);
        }
        if (start.Length > 8 && start[8] == (byte)'{')
        {
            return SafetensorsReader.Open(path, stream);
        }
        throw WeightText.Bad(path, Unknown(start, stream.Length));
    }

    private static string Unknown(ReadOnlySpan<byte> start, long length)
    {
        string seen = length == 0 ? "the file is empty"
            : start.TrimStart(" \r\n\t"u8).StartsWith("<"u8) ? "the file begins like a web page, so a download went wrong"
            : "the file begins like neither format";
        return $"{seen}; a .safetensors file or a PyTorch state dict (.pth, .pt) is needed. Download it again.";
    }

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, where there is one.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Closes the file; tensors that were not read yet cannot be read any more.</summary>
    public void Dispose() => _source.Dispose();
}
