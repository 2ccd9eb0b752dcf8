using Semblance.Data;
using Semblance.Data.Features;
using Semblance.Data.Loading;
using Semblance.IO;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class FeatureCacheTests : IDisposable
{
    private readonly ImageTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void What_was_written_is_read_back_row_by_row()
    {
        FeatureCache cache = new(_tree.File("cache/a"));
        using FeatureFile written = cache.Write("key", 3, [new float[] { 1, 2, 3, 4, 5, 6 }, new float[] { 7, 8, float.NaN }]);
        Assert.True(cache.TryOpen("key", out FeatureFile? features, out string? problem), problem);
        using (features)
        {
            Assert.Equal((3, 3), (features.Rows, features.Columns));
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, float.NaN], features.ReadAll());
            float[] row = new float[3];
            features.Read(1, row);
            Assert.Equal([4, 5, 6], row);
            Assert.Throws<ArgumentException>(() => features.Read(3, row));
            Assert.Throws<ArgumentException>(() => features.Read(0, new float[2]));
        }
    }

    [Fact]
    public void The_key_changes_with_images_network_and_transform_but_not_with_labels()
    {
        Dataset dataset = DatasetSource.Open(_tree.With("x/a.jpg", "y/b.jpg").Path);
        ImageTransform transform = new() { Size = 32 };
        string key = FeatureCache.KeyOf(dataset, "net", transform);
        Assert.Equal(key, FeatureCache.KeyOf(dataset.Relabel([[1], [0]]), "net", new() { Size = 32 }));
        Assert.NotEqual(key, FeatureCache.KeyOf(dataset, "net2", transform));
        Assert.NotEqual(key, FeatureCache.KeyOf(dataset, "net", transform with { Size = 33 }));
        Assert.NotEqual(key, FeatureCache.KeyOf(dataset.Subset([0], "half"), "net", transform));
        Assert.Throws<ArgumentException>(() => FeatureCache.KeyOf(dataset, "net", transform with { Augmentation = new() }));
    }

    [Fact]
    public async Task What_another_process_is_making_is_waited_for()
    {
        Dataset dataset = DatasetSource.Open(_tree.With("x/a.jpg", "y/b.jpg").Path);
        FeatureCache cache = new(_tree.File("shared"));
        string key = FeatureCache.KeyOf(dataset, "net", new());
        Directory.CreateDirectory(_tree.File("shared"));
        FileStream other = new(cache.PathOf(key) + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Task<FeatureFile> waiting = Task.Run(() => cache.GetOrMake(dataset, "net", new(), 2, () => throw new InvalidOperationException("computed twice")), TestContext.Current.CancellationToken);

        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        cache.Write(key, 2, [new float[] { 1, 2, 3, 4 }]).Dispose();
        await other.DisposeAsync();

        using FeatureFile found = await waiting;
        Assert.Equal([1, 2, 3, 4], found.ReadAll());
    }

    [Fact]
    public void Features_are_computed_once_and_anew_where_the_file_is_damaged()
    {
        Dataset dataset = DatasetSource.Open(_tree.With("x/a.jpg", "y/b.jpg").Path);
        FeatureCache cache = new(_tree.File("cache"));
        int computed = 0;
        FeatureFile Make() => cache.GetOrMake(dataset, "net", new(), 2, () =>
        {
            computed++;
            return [new float[] { 1, 2, 3, 4 }];
        });
        Make().Dispose();
        Make().Dispose();
        Assert.Equal(1, computed);

        string path = cache.PathOf(FeatureCache.KeyOf(dataset, "net", new()));
        byte[] bytes = File.ReadAllBytes(path);
        foreach (byte[] damaged in new byte[][] { bytes[..^4], bytes[..10], [], [.. bytes[..^1], (byte)(bytes[^1] ^ 1)], [.. bytes, 0] })
        {
            File.WriteAllBytes(path, damaged);
            Assert.False(cache.TryOpen(Path.GetFileNameWithoutExtension(path), out _, out string? problem));
            Assert.StartsWith(path, problem);
            using FeatureFile mended = Make();
            Assert.Equal([1, 2, 3, 4], mended.ReadAll());
        }
        Assert.Equal(6, computed);
    }

    [Fact]
    public void A_failed_computation_leaves_nothing_behind()
    {
        Dataset dataset = DatasetSource.Open(_tree.With("x/a.jpg", "y/b.jpg").Path);
        FeatureCache cache = new(_tree.File("cache/c"));
        IEnumerable<ReadOnlyMemory<float>> Break()
        {
            yield return new float[] { 1, 2 };
            throw new InvalidOperationException("broken");
        }
        Assert.Throws<InvalidOperationException>(() => cache.GetOrMake(dataset, "net", new(), 2, Break));
        Assert.Throws<ArgumentException>(() => cache.GetOrMake(dataset, "net", new(), 2, () => [new float[] { 1, 2 }]));
        Assert.Throws<ArgumentException>(() => cache.GetOrMake(dataset, "net", new(), 2, () => [new float[] { 1, 2, 3 }]));
        Assert.Empty(Directory.GetFiles(_tree.File("cache/c")));
    }

    [Fact]
    public void The_checksum_is_crc_32c()
    {
        Checksum whole = new(), pieces = new();
        whole.Add("123456789"u8);
        pieces.Add("1234"u8);
        pieces.Add("56789"u8);
        Assert.Equal(0xE3069283u, whole.Value);
        Assert.Equal(whole.Value, pieces.Value);
    }
}
