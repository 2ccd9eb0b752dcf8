using System.Runtime.InteropServices;

namespace Semblance.Index.Files;

/// <summary>Packed codes in files of others: rows of bytes without anything between them.</summary>
internal static class PackedRows
{
    /// <summary>Reads the next rows of a file.</summary>
    /// <param name="stream">Stands at the first of them.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="bytesPerRow">Bytes of a row in the file; at least those of a code.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">The file ends before, or a bit above <paramref name="bits"/> is set.</exception>
    public static Codes Read(Stream stream, int count, int bytesPerRow, int bits, string path)
    {
        int words = Codes.WordsFor(bits);
        ulong[] result = new ulong[(long)count * words];
        long first = stream.Position;
        if (bytesPerRow == words * sizeof(ulong))
        {
            Fill(stream, MemoryMarshal.AsBytes(result.AsSpan()), path);
        }
        else
        {
            ReadSpread(stream, result, bytesPerRow, words, path);
        }

        RequireUnusedZero(result, words, bits, path, first, bytesPerRow);
        return new Codes(bits, result);
    }

    /// <summary>Writes codes as rows of bytes.</summary>
    /// <param name="stream">Receives them.</param>
    /// <param name="codes">The codes.</param>
    public static void Write(Stream stream, Codes codes)
    {
        int step = Math.Max(1, (1 << 20) / codes.BytesPerCode);
        byte[] buffer = new byte[Math.Min(step, codes.Count) * codes.BytesPerCode];
        for (int start = 0; start < codes.Count; start += step)
        {
            int count = Math.Min(step, codes.Count - start);
            Span<byte> rows = buffer.AsSpan(0, count * codes.BytesPerCode);
            codes.CopyBytes(start, count, rows);
            stream.Write(rows);
        }
    }

    /// <summary>Reads rows that take other than whole words: a block at a time, each row into words of its own.</summary>
    private static void ReadSpread(Stream stream, ulong[] result, int bytesPerRow, int words, string path)
    {
        int used = Math.Min(bytesPerRow, words * sizeof(ulong));
        int rows = result.Length / words;
        int step = Math.Max(1, (1 << 20) / bytesPerRow);
        byte[] buffer = new byte[Math.Min(step, rows) * bytesPerRow];
        for (int start = 0; start < rows; start += step)
        {
            Span<byte> block = buffer.AsSpan(0, Math.Min(step, rows - start) * bytesPerRow);
            Fill(stream, block, path);
            for (int row = start; !block.IsEmpty; row++, block = block[bytesPerRow..])
            {
                block[..used].CopyTo(MemoryMarshal.AsBytes(result.AsSpan(row * words, words)));
            }
        }
    }

    private static void Fill(Stream stream, Span<byte> destination, string path)
    {
        long at = stream.Position;
        int read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length)
        {
            throw new InvalidDataException($"{path}: it ends at byte {at + read}, {destination.Length - read} bytes too early. Restore it from a copy, or write it again.");
        }
    }

    private static void RequireUnusedZero(ulong[] words, int wordsPerCode, int bits, string path, long first, int bytesPerRow)
    {
        if ((bits & 63) == 0)
        {
            return;
        }

        ulong unused = ulong.MaxValue << (bits & 63);
        for (int row = 0, last = wordsPerCode - 1; last < words.Length; row++, last += wordsPerCode)
        {
            if ((words[last] & unused) != 0)
            {
                throw new InvalidDataException($"{path}: the row at byte {first + ((long)row * bytesPerRow)} has ones above its {bits} bits; those must be zero. Check the number of bits.");
            }
        }
    }
}
