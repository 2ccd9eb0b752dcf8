using Semblance.Index;
using Semblance.Index.Files;

namespace Semblance.Encoders;

/// <summary>A row that a search found.</summary>
/// <param name="Row">Its place in the file.</param>
/// <param name="Distance">Hamming distance of codes, 1 - cosine of embeddings.</param>
public readonly record struct FoundRow(int Row, double Distance);

/// <summary>A file of codes or embeddings, loaded to be searched exactly.</summary>
public sealed class EncodedCollection
{
    private readonly HammingIndex? index;
    private readonly EncodedSet? embeddings;

    private EncodedCollection(RowFormat format, IReadOnlyList<RowItem> items, string metadata, HammingIndex? index, EncodedSet? embeddings) =>
        (Format, Items, Note, this.index, this.embeddings) = (format, items, EncodedNote.Parse(metadata), index, embeddings);

    /// <summary>Codes or embeddings, and how wide.</summary>
    public RowFormat Format { get; }

    /// <summary>Ids and labels of the rows.</summary>
    public IReadOnlyList<RowItem> Items { get; }

    /// <summary>Which model made it; null where another program did.</summary>
    public EncodedNote? Note { get; }

    /// <summary>The codes; null for embeddings.</summary>
    public Codes? Codes => index?.Codes;

    /// <summary>Loads a file.</summary>
    /// <exception cref="InvalidDataException">It is missing, unfinished, damaged or something else.</exception>
    public static EncodedCollection Open(string path)
    {
        RowFormat format;
        if (!File.Exists(path))
        {
            string what = Directory.Exists(path) ? "is a folder" : File.Exists(RowFileWriter.PartialPath(path)) ? "is not finished; give the 'semblance encode' that began it again" : "is not there";
            throw new InvalidDataException($"{path} {what}. Give a file that 'semblance encode' wrote.");
        }
        using (RowFileReader reader = new(path))
        {
            format = reader.Format;
        }
        if (format.Kind == RowKind.Code)
        {
            CodesFile codes = CodesFile.Read(path);
            return new EncodedCollection(format, codes.Items, codes.Metadata, new HammingIndex(codes.Codes), null);
        }
        EmbeddingsFile file = EmbeddingsFile.Read(path);
        return new EncodedCollection(format, file.Items, file.Metadata, null, new EncodedSet(file.Embeddings, file.Dimension, [.. Enumerable.Range(0, file.Items.Count)], []));
    }

    /// <summary>The nearest rows of each query, nearest first, equal distances by row.</summary>
    /// <param name="queries">Representations by the same model.</param>
    /// <param name="count">Rows a query; above 0.</param>
    /// <exception cref="ArgumentException">The queries have another width.</exception>
    public FoundRow[][] Nearest(EncodedSet queries, int count)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (queries.Width != Format.Width)
        {
            throw new ArgumentException($"The queries have {queries.Width} values and the file holds {Format}. Search with the model that encoded it.", nameof(queries));
        }
        return index is not null
            ? [.. index.Nearest(Index.Codes.FromSigns(queries.Rows, queries.Width), count).Select(list => list.Select(hit => new FoundRow(hit.Row, hit.Distance)).ToArray())]
            : [.. CosineSearch.Nearest(queries, embeddings!, count).Select(list => list.Select(hit => new FoundRow(hit.Row, hit.Distance)).ToArray())];
    }
}
