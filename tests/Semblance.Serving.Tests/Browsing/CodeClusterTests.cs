using System.Numerics;
using Semblance.Index;
using Semblance.Serving.Browsing;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Browsing;

public sealed class CodeClusterTests
{
    [Fact]
    public void Planted_clusters_are_found()
    {
        SeededRandom random = new(4);
        ulong[] centres = [random.NextBits(), random.NextBits(), random.NextBits(), random.NextBits()];
        int[] planted = [.. Enumerable.Range(0, 300).Select(i => i < 120 ? 0 : 1 + random.Below(3))];
        ulong[] words = [.. planted.Select(centre => centres[centre] ^ (1UL << random.Below(64)) ^ (1UL << random.Below(64)))];

        IReadOnlyList<CodeCluster> clusters = CodeCluster.Find(new Codes(64, words), 4);

        Assert.Equal(4, clusters.Count);
        Assert.All(clusters, cluster => Assert.Single(cluster.Members.Select(row => planted[row]).Distinct()));
        Assert.All(clusters, cluster => Assert.InRange(cluster.Radius, 0, 4));
        Assert.Equal(clusters.OrderByDescending(cluster => cluster.Members.Count), clusters);
    }

    [Fact]
    public void Every_code_is_in_one_cluster_around_a_medoid_and_the_same_codes_give_the_same_clusters()
    {
        Codes codes = RandomCodes.Make(6, 500, 100);

        IReadOnlyList<CodeCluster> clusters = CodeCluster.Find(codes, 12);

        Assert.Equal(Enumerable.Range(0, 500), clusters.SelectMany(cluster => cluster.Members).Order());
        Assert.All(clusters, cluster =>
        {
            Assert.Equal(cluster.Medoid, cluster.Members[0]);
            int[] distances = [.. cluster.Members.Skip(1).Select(row => codes.Distance(row, codes[cluster.Medoid]))];
            Assert.Equal(distances.Order(), distances);
            Assert.Equal(distances.LastOrDefault(), cluster.Radius);
        });
        Assert.Equal(clusters.Select(cluster => (cluster.Medoid, cluster.Members.Count)), CodeCluster.Find(codes, 12).Select(cluster => (cluster.Medoid, cluster.Members.Count)));
    }

    [Fact]
    public void There_are_no_more_clusters_than_different_codes()
    {
        Assert.Equal([3, 2], CodeCluster.Find(new Codes(8, [1, 1, 255, 255, 1]), 5).Select(cluster => cluster.Members.Count));
        Assert.Empty(CodeCluster.Find(new Codes(8, []), 3));
        CodeCluster alone = Assert.Single(CodeCluster.Find(new Codes(8, [7]), 3));
        Assert.Equal((0, 0), (alone.Medoid, alone.Radius));
        Assert.Equal(0, BitOperations.PopCount((uint)alone.Radius));
    }
}
