namespace Semblance.Index.Files;

/// <summary>A whole file of embeddings in memory.</summary>
/// <param name="Embeddings">The embeddings, row-major.</param>
/// <param name="Dimension">Numbers a row.</param>
/// <param name="Items">One item a row.</param>
/// <param name="Metadata">JSON text, such as the model's fingerprint and the class names; may be empty.</param>
public sealed record EmbeddingsFile(float[] Embeddings, int Dimension, IReadOnlyList<RowItem> Items, string Metadata)
{
    private const int RowsPerBlock = 4096;

    /// <summary>Reads and checks a whole file.</summary>
    /// <exception cref="InvalidDataException">Not a finished file of embeddings, or damaged.</exception>
    public static EmbeddingsFile Read(string path)
    {
        using var reader = new RowFileReader(path);
        if (reader.Format.Kind != RowKind.Embedding)
        {
            throw new InvalidDataException($"{path}: it holds {reader.Format}; embeddings are needed. Encode with an embedding model, or use it as codes.");
        }

        var items = new List<RowItem>();
        var embeddings = new List<float>();
        foreach (RowBlock block in reader.Blocks())
        {
            items.AddRange(block.Items);
            embeddings.AddRange(block.ToEmbeddings());
        }

        return new EmbeddingsFile([.. embeddings], reader.Format.Width, items, reader.Metadata);
    }

    /// <summary>Writes a whole file beside its place and renames it.</summary>
    public void Write(string path)
    {
        if (Embeddings.Length != (long)Items.Count * Dimension)
        {
            throw new ArgumentException($"{Embeddings.Length} numbers came with {Items.Count} items of {Dimension} dimensions. Give one item a row.");
        }

        using var writer = RowFileWriter.Create(path, new RowFormat(RowKind.Embedding, Dimension), Metadata);
        for (int start = 0; start < Items.Count; start += RowsPerBlock)
        {
            int count = Math.Min(RowsPerBlock, Items.Count - start);
            writer.Append(Embeddings.AsSpan(start * Dimension, count * Dimension), [.. Items.Skip(start).Take(count)]);
        }

        writer.Complete();
    }
}
