using System.Text;

namespace Semblance.Evaluation;

/// <summary>Which order equally distant items are taken to have.</summary>
public enum TieRule
{
    /// <summary>The mean over all orders of the tied items, each equally likely.</summary>
    Expected,

    /// <summary>By index in the database: deterministic, for comparison with other code.</summary>
    StableIndexOrder,

    /// <summary>Relevant items first.</summary>
    Optimistic,

    /// <summary>Relevant items last.</summary>
    Pessimistic,
}

/// <summary>What becomes of queries for which the database holds no relevant item.</summary>
public enum ZeroHitRule
{
    /// <summary>They count as 0.</summary>
    CountAsZero,

    /// <summary>They are left out of the means.</summary>
    Drop,
}

/// <summary>What average precision is divided by.</summary>
public enum ApDenominator
{
    /// <summary>The relevant items inside the top N, as in the literature on hashing: early precision counts, missing recall does not.</summary>
    RelevantInTop,

    /// <summary>The smaller of N and the number of relevant items.</summary>
    RelevantUpToCutoff,

    /// <summary>The number of relevant items.</summary>
    AllRelevant,
}

/// <summary>What is done about items that are both query and database item.</summary>
public enum OverlapRule
{
    /// <summary>Evaluation stops with an error.</summary>
    Refuse,

    /// <summary>A query's own copies in the database are left out of its ranking.</summary>
    Exclude,

    /// <summary>They are counted as any other item, which inflates every score.</summary>
    Count,
}

/// <summary>Everything that must be equal for two scores to be comparable.</summary>
public sealed record Protocol
{
    /// <summary>Name of the query set.</summary>
    public required string Query { get; init; }

    /// <summary>Name of the database.</summary>
    public required string Database { get; init; }

    /// <summary>When a database item is relevant to a query: <c>same-class</c> or <c>shares-a-label</c>.</summary>
    public required string Relevance { get; init; }

    /// <summary>How far down the ranking is looked: <c>all</c>, <c>top-1000</c>, <c>radius-2</c>; with the denominator of average precision where it matters.</summary>
    public string Cutoff { get; init; } = "all";

    /// <summary>The order of equally distant items.</summary>
    public TieRule Ties { get; init; }

    /// <summary>What becomes of queries without relevant items.</summary>
    public ZeroHitRule ZeroHits { get; init; }

    /// <summary>What was done about items that are both query and database item.</summary>
    public OverlapRule Overlap { get; init; }

    /// <summary>What was done to embeddings or rankings between the model and the score, such as <c>whiten-64-train+expand-5-alpha-3</c>; empty for nothing.</summary>
    public string PostProcessing { get; init; } = "";

    /// <summary>The protocol in one string without spaces; equal strings mean comparable scores.</summary>
    public string Id
    {
        get
        {
            string id = $"query={Slug(Query)}/db={Slug(Database)}/rel={Slug(Relevance)}/cut={Slug(Cutoff)}/ties={TiesText}/zero={ZeroText}";
            string overlap = Overlap == OverlapRule.Refuse ? "" : $"/overlap={(Overlap == OverlapRule.Exclude ? "excluded" : "counted")}";
            return id + overlap + Post(PostProcessing);
        }
    }

    /// <summary>The protocol of clusters, which ask nothing of a database.</summary>
    internal static string ClusterId(string items, string clusters, string post) => $"query={Slug(items)}/rel=same-class/clusters={Slug(clusters)}{Post(post)}";

    /// <summary>The protocol of a classifier, which searches nothing.</summary>
    internal static string ClassificationId(string items, int classes, string what, string post, string ties = "first-class") => $"query={Slug(items)}/classes={classes}/{what}/ties={ties}{Post(post)}";

    private static string Post(string done) => done.Length == 0 ? "" : $"/post={Slug(done)}";

    private string TiesText => Ties switch
    {
        TieRule.Expected => "expected",
        TieRule.StableIndexOrder => "index-order",
        TieRule.Optimistic => "optimistic",
        _ => "pessimistic",
    };

    private string ZeroText => ZeroHits == ZeroHitRule.CountAsZero ? "counts-0" : "dropped";

    /// <inheritdoc/>
    public override string ToString() => Id;

    private static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (char letter in text)
        {
            slug.Append(char.IsWhiteSpace(letter) || letter == '/' ? '-' : letter);
        }

        return slug.ToString();
    }
}
