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
        using var reader = new RowFileReader(path);
        if (reader.Format.Kind != RowKind.Code)
        {
            throw new InvalidDataException($"{path}: it holds {reader.Format}; codes are needed. Encode with a hash model, or use it as embeddings.");
        }

        var items = new List<RowItem>();
        var parts = new List<Codes>();
        foreach (RowBlock block in reader.Blocks())
        {
            items.AddRange(block.Items);
            parts.Add(ToCodes(block, path));
        }

        return new CodesFile(parts.Count == 0 ? new Codes(reader.Format.Width, []) : Codes.Concatenate(parts), items, reader.Metadata);
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
