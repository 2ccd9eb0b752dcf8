using Semblance.Evaluation;
using Semblance.Evaluation.Kernels;

namespace Semblance.Curriculum;

/// <summary>Settings of <see cref="NeighbourVotes"/>.</summary>
public sealed record NeighbourOptions
{
    /// <summary>k, the neighbours that vote; at least 1. Where there are fewer other samples, all of them.</summary>
    public int Neighbours { get; init => field = Require.AtLeast(value, 1); } = 50;

    /// <summary>Threads to use; 0 for one a processor. The result does not depend on it.</summary>
    public int Threads { get; init => field = Require.AtLeast(value, 0); }

    /// <summary>Bytes that the search may take beside the features.</summary>
    public long MemoryBudget { get; init => field = Require.InRange(value, 1L << 20, long.MaxValue); } = 1L << 30;
}

/// <summary>What the nearest neighbours of every sample, whatever their class, say about its label.</summary>
/// <param name="Agreement">The share of its k nearest neighbours that have its label: the score of the kNN filter.</param>
/// <param name="Winner">The label that most of them have; its own where that is among the most frequent, else the smallest of these.</param>
/// <param name="WinnerShare">The share of them that have it.</param>
/// <remarks>Neighbours are nearest by cosine; a sample is not its own neighbour, of equally near ones the first count.</remarks>
public sealed record NeighbourVotes(double[] Agreement, int[] Winner, double[] WinnerShare)
{
    private const int BlockRows = 4096;

    /// <summary>Lets the neighbours vote.</summary>
    /// <param name="features">Rows one after the other.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="labels">The class of each sample; any integers.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">Fewer than two samples, counts that differ, or a number that is not finite.</exception>
    public static NeighbourVotes Of(ReadOnlyMemory<float> features, int dimension, ReadOnlyMemory<int> labels, NeighbourOptions? options = null)
    {
        options ??= new NeighbourOptions();
        FeatureRows<float> rows = FeatureRows.InMemory(features, dimension);
        if (rows.Count != labels.Length)
        {
            throw new ArgumentException($"There are {rows.Count} features and {labels.Length} labels; every sample needs one of each.", nameof(labels));
        }

        int[] classes = [.. labels.ToArray().Distinct().Order()];
        int[] places = Array.ConvertAll(labels.ToArray(), label => Array.BinarySearch(classes, label));
        NearestLists lists = NearestLists.Of(
            RetrievalSides.LeaveOneOut(new LabelledEmbeddings(features, dimension, LabelledItems.OfClasses("features", places))),
            options.Neighbours,
            new RetrievalOptions { Similarity = Similarity.Cosine, Threads = options.Threads, MemoryLimit = options.MemoryBudget });
        var votes = new NeighbourVotes(new double[places.Length], new int[places.Length], new double[places.Length]);
        var counts = new int[classes.Length];
        for (int sample = 0; sample < places.Length; sample++)
        {
            votes.Count(sample, lists.Rows(sample), places, counts, classes);
        }

        return votes;
    }

    /// <summary>The votes about some samples only, for which all features are read once, some at a time.</summary>
    /// <param name="features">The features.</param>
    /// <param name="labels">The class of each sample; any integers.</param>
    /// <param name="asked">The samples that are asked about.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    public static IReadOnlyList<(double Agreement, int Winner, double WinnerShare)> Asked(FeatureRows<float> features, ReadOnlyMemory<int> labels, ReadOnlySpan<int> asked, NeighbourOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        options ??= new NeighbourOptions();
        int wanted = Math.Min(options.Neighbours, features.Count - 1);
        var rows = new float[asked.Length * features.Dimension];
        features.ReadFinite(asked, rows);
        var queries = new RowPanels(rows, features.Dimension, Similarity.Cosine, "samples");
        TopRows[] nearest = [.. asked.ToArray().Select(_ => new TopRows(Math.Max(wanted, 1)))];
        var block = new float[BlockRows * features.Dimension];
        var scores = new float[(asked.Length + DotTile.Height - 1) / DotTile.Height * DotTile.Height * BlockRows];
        for (int first = 0; first < features.Count; first += BlockRows)
        {
            int[] members = [.. Enumerable.Range(first, Math.Min(BlockRows, features.Count - first))];
            Span<float> some = block.AsSpan(0, members.Length * features.Dimension);
            features.ReadFinite(members, some);
            var panels = new RowPanels(some, features.Dimension, Similarity.Cosine, "samples", first);
            DotTile.Fill(queries, 0, asked.Length, panels, 0, members.Length, scores, BlockRows);
            for (int query = 0; query < asked.Length; query++)
            {
                Span<float> found = scores.AsSpan(query * BlockRows, members.Length);
                if (asked[query] >= first && asked[query] < first + members.Length)
                {
                    found[asked[query] - first] = float.NegativeInfinity;
                }

                nearest[query].Add(found, first);
            }
        }

        return Tell(nearest, wanted, labels, asked);
    }

    private static List<(double Agreement, int Winner, double WinnerShare)> Tell(TopRows[] nearest, int wanted, ReadOnlyMemory<int> labels, ReadOnlySpan<int> asked)
    {
        int[] classes = [.. labels.ToArray().Distinct().Order()];
        int[] places = Array.ConvertAll(labels.ToArray(), label => Array.BinarySearch(classes, label));
        var one = new NeighbourVotes(new double[places.Length], new int[places.Length], new double[places.Length]);
        var counts = new int[classes.Length];
        int[] found = new int[wanted];
        float[] scores = new float[wanted];
        var votes = new List<(double, int, double)>();
        for (int query = 0; query < asked.Length; query++)
        {
            nearest[query].CopyTo(found, scores);
            one.Count(asked[query], found, places, counts, classes);
            votes.Add((one.Agreement[asked[query]], one.Winner[asked[query]], one.WinnerShare[asked[query]]));
        }

        return votes;
    }

    private void Count(int sample, ReadOnlySpan<int> neighbours, int[] places, int[] counts, int[] classes)
    {
        foreach (int neighbour in neighbours)
        {
            counts[places[neighbour]]++;
        }

        int winner = places[sample];
        double all = Math.Max(neighbours.Length, 1);
        Agreement[sample] = counts[winner] / all;
        foreach (int neighbour in neighbours)
        {
            int other = places[neighbour];
            bool more = counts[other] > counts[winner], asMany = counts[other] == counts[winner];
            winner = more || (asMany && winner != places[sample] && other < winner) ? other : winner;
        }

        Winner[sample] = classes[winner];
        WinnerShare[sample] = counts[winner] / all;
        foreach (int neighbour in neighbours)
        {
            counts[places[neighbour]] = 0;
        }
    }
}
