using System.IO.Compression;

namespace Semblance.Tensors.Serialization;

/// <summary>A PyTorch file of version 1.6 or later: a zip archive with a pickle and one entry for every storage.</summary>
/// <remarks>
/// Only entries that are stored, not compressed, are read, as PyTorch writes them; so no entry is larger than the file, and a
/// zip bomb cannot unfold. Every entry is checked against its checksum as it is read.
/// </remarks>
internal sealed class TorchArchive : IDisposable
{
    /// <summary>The pickle of a state dict of ten thousand tensors takes about a megabyte.</summary>
    private const long LargestPickle = 256 << 20;

    private readonly string _path;
    private readonly long _fileLength;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _reading = new();
    private string _root = "";
    private (string Key, byte[] Bytes) _last = ("", []);

    private TorchArchive(string path, FileStream stream)
    {
        _path = path;
        _fileLength = stream.Length;
        _zip = OpenZip(path, stream);
    }

    public static WeightFile Open(string path, FileStream stream)
    {
        TorchArchive archive = new(path, stream);
        archive.List();
        object? value = PickleReader.Read(path, archive.Bytes(archive._entries[archive._root + "data.pkl"], LargestPickle));
        StateDict state = StateDict.Find(path, value);
        return new WeightFile(path, archive, state.Tensors.Select(item => archive.Tensor(item.Key, item.Value)))
        {
            UnwrappedFrom = state.From,
            LeftOut = state.LeftOut,
        };
    }

    private static ZipArchive OpenZip(string path, FileStream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(path, exception);
        }
    }

    private static InvalidDataException Damaged(string path, Exception exception) =>
        WeightText.Bad(path, $"the zip archive is cut short or damaged ({WeightText.Printable(exception.Message.TrimEnd('.'))}). Download it again.");

    private void List()
    {
        foreach (ZipArchiveEntry entry in Entries())
        {
            if (!_entries.TryAdd(entry.FullName, entry))
            {
                throw WeightText.Bad(_path, $"the zip archive has two entries named {WeightText.Printable(entry.FullName)}. Do not trust it; save the state dict again.");
            }
        }
        string pickle = _entries.Keys.FirstOrDefault(name => name == "data.pkl" || name.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw WeightText.Bad(_path, "this zip archive has no data.pkl, so it is no PyTorch file. Choose another file.");
        _root = pickle[..^"data.pkl".Length];
        if (_entries.ContainsKey(_root + "constants.pkl"))
        {
            throw WeightText.Bad(_path, $"this is a TorchScript program, not a state dict. {PickleReader.Advice}");
        }
        if (_entries.TryGetValue(_root + "byteorder", out ZipArchiveEntry? order) && !Bytes(order, 16).AsSpan().SequenceEqual("little"u8))
        {
            throw WeightText.Bad(_path, "the numbers are stored big-endian; little-endian is needed. Save it again on a usual machine.");
        }
    }

    private System.Collections.ObjectModel.ReadOnlyCollection<ZipArchiveEntry> Entries()
    {
        try
        {
            return _zip.Entries;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Damaged(_path, exception);
        }
    }

    private void Check(ZipArchiveEntry entry)
    {
        string shown = WeightText.Printable(entry.FullName);
        if (entry.CompressedLength != entry.Length || entry.IsEncrypted)
        {
            throw WeightText.Bad(_path, $"the entry {shown} is compressed or encrypted ({entry.CompressedLength} bytes for {entry.Length}); PyTorch stores entries as they are. Save it again with torch.save.");
        }
        if (entry.Length < 0 || entry.Length > _fileLength)
        {
            throw WeightText.Bad(_path, $"the entry {shown} claims {entry.Length} bytes; the whole file has {_fileLength}. The file is damaged; download it again.");
        }
    }

    private byte[] Bytes(ZipArchiveEntry entry, long most)
    {
        Check(entry);
        if (entry.Length > most)
        {
            throw WeightText.Bad(_path, $"the entry {WeightText.Printable(entry.FullName)} has {entry.Length} bytes; at most {most} are read.");
        }
        byte[] bytes = new byte[entry.Length];
        ReadEntry(entry, bytes);
        return bytes;
    }

    private void ReadEntry(ZipArchiveEntry entry, Span<byte> destination)
    {
        try
        {
            using Stream stream = entry.Open();
            stream.ReadExactly(destination);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            throw Damaged(_path, exception);
        }
        if (Crc32.Of(destination) != entry.Crc32)
        {
            throw WeightText.Bad(_path, $"the entry {WeightText.Printable(entry.FullName)} does not match its checksum. The file is damaged, or was saved with checksums switched off; download or save it again.");
        }
    }

    private WeightTensor Tensor(string name, PickleTensor tensor)
    {
        PickleStorage storage = tensor.Storage;
        int size = storage.Type.Size();
        string shown = WeightText.Printable(name);
        if (!_entries.TryGetValue(EntryName(storage), out ZipArchiveEntry? entry))
        {
            throw WeightText.Bad(_path, $"tensor {shown} lies in entry {EntryName(storage)}, which the archive lacks. Download it again.");
        }
        Check(entry);
        if (storage.Count > entry.Length / size || storage.Count * size != entry.Length)
        {
            throw WeightText.Bad(_path, $"the entry {entry.FullName} has {entry.Length} bytes; {storage.Count} numbers of type {storage.Type} are expected in it. Download it again.");
        }
        StridedTensor.RefuseUnfolding(_path, name, tensor);
        return new WeightTensor(name, storage.Type, tensor.Shape, destination => Fill(tensor, entry, destination));
    }

    private string EntryName(PickleStorage storage) => $"{_root}data/{storage.Key}";

    private void Fill(PickleTensor tensor, ZipArchiveEntry entry, Span<byte> destination)
    {
        lock (_reading)
        {
            if (tensor.Offset == 0 && destination.Length == entry.Length && StridedTensor.IsContiguous(tensor))
            {
                ReadEntry(entry, destination);
                return;
            }
            StridedTensor.Gather(tensor, StorageBytes(tensor.Storage, entry), destination);
        }
    }

    /// <summary>The whole storage; the last one is kept, for neighbours that share it.</summary>
    private byte[] StorageBytes(PickleStorage storage, ZipArchiveEntry entry)
    {
        if (_last.Key != storage.Key)
        {
            _last = (storage.Key, Bytes(entry, Array.MaxLength));
        }
        return _last.Bytes;
    }

    public void Dispose() => _zip.Dispose();
}
