using Semblance.Evaluation;

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

    private void Count(int sample, ReadOnlySpan<int> neighbours, int[] places, int[] counts, int[] classes)
    {
        foreach (int neighbour in neighbours)
        {
            counts[places[neighbour]]++;
        }

        int winner = places[sample];
        Agreement[sample] = (double)counts[winner] / neighbours.Length;
        foreach (int neighbour in neighbours)
        {
            int other = places[neighbour];
            bool more = counts[other] > counts[winner], asMany = counts[other] == counts[winner];
            winner = more || (asMany && winner != places[sample] && other < winner) ? other : winner;
        }

        Winner[sample] = classes[winner];
        WinnerShare[sample] = (double)counts[winner] / neighbours.Length;
        foreach (int neighbour in neighbours)
        {
            counts[places[neighbour]] = 0;
        }
    }
}
