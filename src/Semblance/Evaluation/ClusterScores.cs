namespace Semblance.Evaluation;

/// <summary>How well k-means clusters of embeddings agree with their classes, under a protocol.</summary>
/// <param name="Agreement">The numbers.</param>
/// <param name="ProtocolId">What was clustered, into how many clusters, from which seed.</param>
public sealed record ClusterScores(ClusterAgreement Agreement, string ProtocolId)
{
    /// <summary>Clusters rows of length 1 into as many clusters as there are classes.</summary>
    /// <param name="items">Embeddings with one label each.</param>
    /// <param name="seed">Seed of the first centres.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="post">What was done to the embeddings, as in <see cref="Protocol.PostProcessing"/>.</param>
    /// <exception cref="ArgumentException">There is no item, an item has no label or several, or a number is not finite.</exception>
    public static ClusterScores Of(LabelledEmbeddings items, int seed, int threads = 0, string post = "")
    {
        ArgumentNullException.ThrowIfNull(items);
        int several = items.Items.Labels.Count(labels => labels.Count != 1);
        if (several > 0 || items.Count == 0)
        {
            throw new ArgumentException($"{items.Items.Name}: {several} of {items.Count} items have no label or several; agreement of clusters and classes needs items with one label each.", nameof(items));
        }

        int[] classes = [.. items.Items.Labels.Select(labels => labels[0])];
        int clusters = classes.Distinct().Count();
        ClusterAgreement agreement = ClusterAgreement.Of(classes, KMeans.Cluster(UnitRows.Of(items), items.Dimension, clusters, seed, KMeans.UsualIterations, threads));
        return new ClusterScores(agreement, Protocol.ClusterId(items.Items.Name, $"k-means-{clusters}-of-unit-rows-seed-{seed}-iterations-{KMeans.UsualIterations}", post));
    }

    /// <summary>The numbers to print.</summary>
    public IEnumerable<Score> Scores() =>
    [
        new("NMI", Agreement.NormalizedMutualInformation, ProtocolId),
        new("AMI", Agreement.AdjustedMutualInformation, ProtocolId),
        new("ARI", Agreement.AdjustedRandIndex, ProtocolId),
        new("F1", Agreement.PairwiseF1, ProtocolId),
    ];
}
