namespace Semblance.Index.Files;

/// <summary>Reads and writes files of packed codes and nothing else: no header, row after row, bit j of a code in bit j mod 8 of byte j / 8 of its row.</summary>
public static class RawCodesFile
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code; the file does not say.</param>
    /// <exception cref="InvalidDataException">Not a whole number of rows, or bits above <paramref name="bits"/> are set.</exception>
    public static Codes Read(string path, int bits)
    {
        Codes.RequireBits(bits);
        using FileStream stream = Open(path, bits, out long rows);
        return rows > Array.MaxLength / Codes.WordsFor(bits)
            ? throw new InvalidDataException($"{path}: {rows} codes of {bits} bits do not fit one array. Read it in parts.")
            : PackedRows.Read(stream, (int)rows, Codes.BytesFor(bits), bits, path);
    }

    /// <summary>Reads a file part by part; memory is bounded by a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="rows">Rows of a part, but for the last.</param>
    /// <exception cref="InvalidDataException">Not a whole number of rows, or bits above <paramref name="bits"/> are set; thrown when the place is reached.</exception>
    public static IEnumerable<Codes> ReadParts(string path, int bits, int rows = 1 << 17)
    {
        Codes.RequireBits(bits);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        return Parts();

        IEnumerable<Codes> Parts()
        {
            using FileStream stream = Open(path, bits, out long left);
            for (; left > 0; left -= rows)
            {
                yield return PackedRows.Read(stream, (int)Math.Min(left, rows), Codes.BytesFor(bits), bits, path);
            }
        }
    }

    /// <summary>Writes codes beside the place of the file and renames it.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="parts">Codes of equal length, in order; only one part is in memory at a time where they come one at a time.</param>
    public static void Write(string path, IEnumerable<Codes> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using PartialFile file = new(path);
        int bits = 0;
        foreach (Codes part in parts)
        {
            Codes.RequireSameBits(bits == 0 ? bits = part.Bits : bits, part.Bits);
            PackedRows.Write(file.Stream, part);
        }

        file.Complete();
    }

    /// <summary>Writes codes beside the place of the file and renames it.</summary>
    public static void Write(string path, Codes codes) => Write(path, [codes]);

    private static FileStream Open(string path, int bits, out long rows)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        int bytes = Codes.BytesFor(bits);
        rows = stream.Length / bytes;
        if (stream.Length == rows * bytes)
        {
            return stream;
        }

        long length = stream.Length;
        stream.Dispose();
        throw new InvalidDataException($"{path}: {length} bytes are not whole rows; codes of {bits} bits take {bytes} bytes each. Check the number of bits, or restore the file.");
    }
}
