using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class ClusteringTests
{
    [Fact]
    public void Adjusted_information_is_zero_on_average_over_all_assignments()
    {
        int[] classes = [0, 0, 0, 1, 1, 2, 2];
        int[] clusters = [0, 0, 1, 1, 1, 1, 2];

        ClusterAgreement[] all = [.. RankingOracle.Permutations(clusters).Select(order => ClusterAgreement.Of(classes, order))];

        Assert.Equal(0, all.Average(agreement => agreement.AdjustedMutualInformation), 1e-12);
        Assert.Equal(0, all.Average(agreement => agreement.AdjustedRandIndex), 1e-12);
        Assert.True(all.Average(agreement => agreement.NormalizedMutualInformation) > 0.1);
    }

    [Fact]
    public void Equal_partitions_agree_wholly_whatever_their_names()
    {
        ClusterAgreement agreement = ClusterAgreement.Of([7, 7, -2, -2, 5], [0, 0, 9, 9, 4]);

        Assert.Equal(new ClusterAgreement(1, 1, 1, 1), Rounded(agreement));
    }

    [Fact]
    public void Values_computed_by_hand_come_out()
    {
        // Two classes of two, one pair split: I = ln 2 / 2 * ..., counted over the four cells.
        ClusterAgreement agreement = ClusterAgreement.Of([0, 0, 1, 1], [0, 0, 1, 2]);

        double entropy = Math.Log(2);
        double clusterEntropy = (0.5 * Math.Log(2)) + (0.5 * Math.Log(4));
        Assert.Equal(entropy / ((entropy + clusterEntropy) / 2), agreement.NormalizedMutualInformation, 1e-12);
        Assert.Equal(2.0 * 1 / (2 + 1), agreement.PairwiseF1, 1e-12);
        Assert.Equal((1 - (2.0 * 1 / 6)) / (1.5 - (2.0 * 1 / 6)), agreement.AdjustedRandIndex, 1e-12);
    }

    [Theory]
    [InlineData(new[] { 1, 1, 1 }, new[] { 4, 4, 4 }, 1)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 4, 4, 4 }, 0)]
    [InlineData(new[] { 1, 1, 1 }, new[] { 4, 5, 6 }, 0)]
    [InlineData(new[] { 1 }, new[] { 4 }, 1)]
    public void Single_clusters_carry_no_information(int[] classes, int[] clusters, double expected)
    {
        Assert.Equal(expected, ClusterAgreement.Of(classes, clusters).NormalizedMutualInformation, 1e-12);
        Assert.Equal(expected, ClusterAgreement.Of(classes, clusters).AdjustedMutualInformation, 1e-12);
    }

    [Fact]
    public void Lists_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClusterAgreement.Of([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => ClusterAgreement.Of([], []));
    }

    [Fact]
    public void Separate_blobs_are_found()
    {
        (float[] rows, int[] blobs) = Blobs(count: 600, dimension: 5, blobs: 8);

        int[] clusters = KMeans.Cluster(rows, 5, 8, seed: 1);

        Assert.Equal(1, ClusterAgreement.Of(blobs, clusters).AdjustedMutualInformation, 1e-9);
    }

    [Fact]
    public void Clusters_depend_on_the_seed_and_not_on_threads()
    {
        float[] rows = Index.RandomCodes.Outputs(seed: 2, rows: 900, bits: 7);

        int[] one = KMeans.Cluster(rows, 7, 13, seed: 5, threads: 1);

        Assert.Equal(one, KMeans.Cluster(rows, 7, 13, seed: 5, threads: 6));
        Assert.NotEqual(one, KMeans.Cluster(rows, 7, 13, seed: 6, threads: 1));
        Assert.Equal(13, one.Distinct().Count());
    }

    [Fact]
    public void The_last_step_left_every_row_with_its_nearest_mean()
    {
        float[] rows = Index.RandomCodes.Outputs(seed: 3, rows: 300, bits: 2);

        int[] clusters = KMeans.Cluster(rows, 2, 6, seed: 1);

        double[][] means = [.. Enumerable.Range(0, 6).Select(cluster => Mean(rows, clusters, cluster))];
        for (int row = 0; row < 300; row++)
        {
            double own = Gap(rows, row, means[clusters[row]]);
            Assert.All(means, mean => Assert.True(own <= Gap(rows, row, mean) + 1e-5));
        }
    }

    [Fact]
    public void More_clusters_than_different_rows_leave_nobody_out()
    {
        int[] clusters = KMeans.Cluster(new float[] { 1, 1, 1, 1, 2, 2 }, 1, 6, seed: 1);

        Assert.Equal(6, clusters.Length);
        Assert.All(clusters, cluster => Assert.InRange(cluster, 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Cluster(new float[3], 1, 4, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Cluster(new float[3], 1, 0, seed: 1));
    }

    private static ClusterAgreement Rounded(ClusterAgreement agreement) => new(
        Math.Round(agreement.NormalizedMutualInformation, 12), Math.Round(agreement.AdjustedMutualInformation, 12), Math.Round(agreement.AdjustedRandIndex, 12), agreement.PairwiseF1);

    private static (float[] Rows, int[] Blobs) Blobs(int count, int dimension, int blobs)
    {
        var random = new SeededRandom(4);
        float[] centres = [.. Enumerable.Range(0, blobs * dimension).Select(_ => (float)random.Between(-50, 50))];
        int[] of = [.. Enumerable.Range(0, count).Select(_ => random.Below(blobs))];
        return ([.. Enumerable.Range(0, count * dimension).Select(i => centres[(of[i / dimension] * dimension) + (i % dimension)] + (float)random.Between(-0.5, 0.5))], of);
    }

    private static double[] Mean(float[] rows, int[] clusters, int cluster)
    {
        int[] members = [.. Enumerable.Range(0, clusters.Length).Where(row => clusters[row] == cluster)];
        return [members.Average(row => rows[2 * row]), members.Average(row => rows[(2 * row) + 1])];
    }

    private static double Gap(float[] rows, int row, double[] mean) => Math.Pow(rows[2 * row] - mean[0], 2) + Math.Pow(rows[(2 * row) + 1] - mean[1], 2);
}
