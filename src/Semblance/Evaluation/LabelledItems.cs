using Semblance.Index.Files;

namespace Semblance.Evaluation;

/// <summary>What is known of the items of a query set or database, beside their codes or embeddings.</summary>
public sealed record LabelledItems
{
    /// <summary>Name of the set, for the protocol, such as <c>cifar10-test-1000</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Class indices of every item; two items are relevant to each other where they share one.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Labels { get; init; }

    /// <summary>Names of the items, where known; an item of the same name in query set and database is an overlap.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Hashes of the items' content, where known, 0 for a single unknown one; equal content in query set and database is an overlap.</summary>
    public IReadOnlyList<ulong>? ContentHashes { get; init; }

    /// <summary>Number of items.</summary>
    public int Count => Labels.Count;

    /// <summary>Items of one class each.</summary>
    public static LabelledItems OfClasses(string name, ReadOnlySpan<int> classes)
    {
        var labels = new int[classes.Length][];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = [classes[i]];
        }

        return new LabelledItems { Name = name, Labels = labels };
    }

    /// <summary>Items as a file of codes or embeddings lists them.</summary>
    public static LabelledItems FromFile(string name, IReadOnlyList<RowItem> items) => new()
    {
        Name = name,
        Labels = [.. items.Select(item => item.Labels)],
        Ids = [.. items.Select(item => item.Id)],
        ContentHashes = [.. items.Select(item => item.ContentHash)],
    };

    /// <summary>Whether every item has exactly one label.</summary>
    internal bool SingleLabel => Labels.All(labels => labels.Count == 1);

    internal void RequireCount(int rows)
    {
        RequireLength(rows, Labels.Count, "label lists");
        RequireLength(rows, Ids?.Count ?? rows, "ids");
        RequireLength(rows, ContentHashes?.Count ?? rows, "content hashes");
    }

    /// <summary>The relevance that both sets together follow.</summary>
    internal static string Relevance(LabelledItems query, LabelledItems database) =>
        query.SingleLabel && database.SingleLabel ? "same-class" : "shares-a-label";

    private void RequireLength(int rows, int found, string what)
    {
        if (found != rows)
        {
            throw new ArgumentException($"{Name}: {rows} rows came with {found} {what}. Give one for every row.");
        }
    }
}
