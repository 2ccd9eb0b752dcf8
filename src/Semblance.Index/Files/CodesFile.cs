namespace Semblance.Index.Files;

/// <summary>A whole file of codes in memory.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Items">One item a code.</param>
/// <param name="Metadata">JSON text, such as the model's fingerprint and the class names; may be empty.</param>
public sealed record CodesFile(Codes Codes, IReadOnlyList<RowItem> Items, string Metadata)
{
    private const int RowsPerBlock = 16_384;

    /// <summary>Reads and checks a whole file.</summary>
    /// <exception cref="InvalidDataException">Not a finished file of codes, or damaged.</exception>
    public static CodesFile Read(string path)
    {
        using RowFileReader reader = Open(path);
        var items = new List<RowItem>();
        var parts = new List<Codes>();
        foreach (RowBlock block in reader.Blocks())
        {
            items.AddRange(block.Items);
            parts.Add(ToCodes(block, path));
        }

        return new CodesFile(parts.Count == 0 ? new Codes(reader.Format.Width, []) : Codes.Concatenate(parts), items, reader.Metadata);
    }

    /// <summary>Reads and checks a file part by part; memory is bounded by a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Rows of a part, but for the last; whole blocks of the file are joined until there are so many.</param>
    /// <exception cref="InvalidDataException">Not a finished file of codes, or damaged; thrown when the place is reached.</exception>
    public static IEnumerable<CodesFile> ReadParts(string path, int rows = 1 << 17)
    {
        using RowFileReader reader = Open(path);
        List<RowItem> items = [];
        List<Codes> parts = [];
        foreach (RowBlock block in reader.Blocks())
        {
            items.AddRange(block.Items);
            parts.Add(ToCodes(block, path));
            if (items.Count >= rows)
            {
                yield return new CodesFile(Codes.Concatenate(parts), items, reader.Metadata);
                (items, parts) = ([], []);
            }
        }

        if (items.Count > 0)
        {
            yield return new CodesFile(Codes.Concatenate(parts), items, reader.Metadata);
        }
    }

    /// <summary>Writes a whole file beside its place and renames it.</summary>
    public void Write(string path)
    {
        if (Codes.Count != Items.Count)
        {
            throw new ArgumentException($"{Codes.Count} codes came with {Items.Count} items. Give one item a code.");
        }

        using var writer = RowFileWriter.Create(path, new RowFormat(RowKind.Code, Codes.Bits), Metadata);
        for (int start = 0; start < Codes.Count; start += RowsPerBlock)
        {
            int count = Math.Min(RowsPerBlock, Codes.Count - start);
            writer.Append(Codes.Slice(start, count), [.. Items.Skip(start).Take(count)]);
        }

        writer.Complete();
    }

    private static RowFileReader Open(string path)
    {
        RowFileReader reader = new(path);
        if (reader.Format.Kind == RowKind.Code)
        {
            return reader;
        }

        RowFormat found = reader.Format;
        reader.Dispose();
        throw new InvalidDataException($"{path}: it holds {found}; codes are needed. Encode with a hash model, or use it as embeddings.");
    }

    private static Codes ToCodes(RowBlock block, string path)
    {
        try
        {
            return block.ToCodes();
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }
}
