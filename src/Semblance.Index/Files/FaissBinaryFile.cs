namespace Semblance.Index.Files;

/// <summary>Some rows of a binary index of FAISS.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Ids">One id a code; null where the index has none and its ids are 0, 1, 2 and so on.</param>
public sealed record FaissRows(Codes Codes, long[]? Ids);

/// <summary>Reads and writes FAISS's <c>IndexBinaryFlat</c>, alone or in an <c>IndexBinaryIDMap</c> or <c>IndexBinaryIDMap2</c>, as <c>faiss.write_index_binary</c> does.</summary>
/// <remarks>
/// Everything is little-endian:
/// <code>
/// header   name (4 letters) | bits i32 | bytes a code i32 | rows i64 | trained u8 = 1 | metric i32 = 1
/// flat     header "IBxF" | length of the codes in bytes u64 | codes
/// with ids header "IBMp" or "IBM2" | flat | number of ids u64 | ids i64 ...
/// </code>
/// FAISS has no code whose bits are no multiple of 8. Such codes are written with zero bits behind them, which changes no distance; reading them back takes the number of bits.
/// The order of the bits is ours.
/// </remarks>
public static class FaissBinaryFile
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code, where it has fewer than the file's multiple of 8; null for those of the file.</param>
    /// <exception cref="InvalidDataException">Another kind of index, or a damaged file.</exception>
    public static FaissRows Read(string path, int? bits = null)
    {
        using FaissBinaryReader reader = new(path, bits);
        if (reader.Count > Array.MaxLength / Codes.WordsFor(reader.Bits))
        {
            throw new InvalidDataException($"{path}: {reader.Count} codes of {reader.Bits} bits do not fit one array. Read it in parts.");
        }

        return reader.Read((int)reader.Count);
    }

    /// <summary>Reads a file part by part; memory is bounded by a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code, where it has fewer than the file's multiple of 8; null for those of the file.</param>
    /// <param name="rows">Rows of a part, but for the last.</param>
    /// <exception cref="InvalidDataException">Another kind of index, or a damaged file.</exception>
    public static IEnumerable<FaissRows> ReadParts(string path, int? bits = null, int rows = 1 << 17)
    {
        using FaissBinaryReader reader = new(path, bits);
        while (reader.Left > 0)
        {
            yield return reader.Read((int)Math.Min(reader.Left, rows));
        }
    }

    /// <summary>Writes a file beside its place and renames it.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="ids">One id a code; null for a flat index without ids.</param>
    /// <exception cref="ArgumentException">The number of ids is not that of the codes.</exception>
    public static void Write(string path, Codes codes, long[]? ids = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using FaissBinaryWriter writer = new(path, codes.Bits, codes.Count, ids is not null);
        writer.Append(codes, ids);
        writer.Complete();
    }
}
