using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Semblance.Index.Files;

/// <summary>The header of a NumPy <c>.npy</c> file: element type, shape, order.</summary>
/// <param name="Type">NumPy's type text, such as <c>&lt;f4</c>.</param>
/// <param name="Shape">Lengths of the dimensions; empty for a single number.</param>
/// <param name="FortranOrder">Whether the first index runs fastest.</param>
public sealed partial record NpyHeader(string Type, IReadOnlyList<long> Shape, bool FortranOrder)
{
    private const int Alignment = 64;
    private const int MaxLength = 1 << 20;

    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => checked(product * length));

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a header of version 1, 2 or 3 and leaves the stream at the first element.</summary>
    /// <param name="stream">A stream at the beginning of the file.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">Not a <c>.npy</c> file, or its header cannot be read.</exception>
    public static NpyHeader Read(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var start = new byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path}: it does not begin as a .npy file. Save it with numpy.save.");
        }

        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw new InvalidDataException($"{path}: .npy version {version}.{start[7]}; versions 1 to 3 can be read. Save it again with numpy.save.");
        }

        var lengthBytes = new byte[version == 1 ? 2 : 4];
        stream.ReadAtLeast(lengthBytes, lengthBytes.Length, throwOnEndOfStream: false);
        uint length = version == 1 ? BitConverter.ToUInt16(lengthBytes) : BitConverter.ToUInt32(lengthBytes);
        var text = new byte[Math.Min(length, MaxLength)];
        if (length > MaxLength || stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
        {
            throw new InvalidDataException($"{path}: its header is cut off or too long ({length} bytes). Save it again with numpy.save.");
        }

        return Parse(Encoding.UTF8.GetString(text), path);
    }

    /// <summary>The header as bytes, padded to whole blocks of 64, and to <paramref name="least"/> bytes at least.</summary>
    public byte[] ToBytes(int least = 0)
    {
        string shape = Shape.Count == 1 ? $"{Text(Shape[0])}," : string.Join(", ", Shape.Select(Text));
        string text = $"{{'descr': '{Type}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': ({shape}), }}";
        bool small = text.Length < ushort.MaxValue - (2 * Alignment);
        int before = small ? 10 : 12;
        int total = Math.Max(least, (before + text.Length + Alignment) / Alignment * Alignment);
        var bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[6] = (byte)(small ? 1 : 2);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), (uint)(total - before));
        bytes.AsSpan(before).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(before));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static NpyHeader Parse(string text, string path)
    {
        Match type = TypePattern().Match(text);
        Match order = OrderPattern().Match(text);
        Match shape = ShapePattern().Match(text);
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException($"{path}: its header \"{text.Trim()}\" does not name a plain type, order and shape. Save a plain array with numpy.save.");
        }

        var lengths = new List<long>();
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            lengths.Add(long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                ? length
                : throw new InvalidDataException($"{path}: '{part}' in its shape is not a length. Save it again with numpy.save."));
        }

        return new NpyHeader(type.Groups[1].Value, lengths, order.Groups[1].Value == "True");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("'descr'\\s*:\\s*'([^']+)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapePattern();
}
