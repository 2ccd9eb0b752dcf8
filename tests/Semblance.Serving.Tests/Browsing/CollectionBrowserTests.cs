using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Browsing;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Browsing;

public sealed class CollectionBrowserTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ISearchStore _store = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await SearchStores.OpenAsync(Path.Combine(_folder.Path, "a.index"), new StoreOptions { CreateBits = 64 }, Stop);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_empty_store_has_empty_answers()
    {
        await using CollectionBrowser browser = new(_store);
        Assert.Empty((await browser.TagsAsync(cancellation: Stop)).Tags);
        Assert.Empty((await browser.MapAsync(cancellation: Stop)).Points);
        Assert.Empty((await browser.ClustersAsync(cancellation: Stop)).Clusters);
        Assert.Empty((await browser.DuplicatesAsync(cancellation: Stop)).Groups);
    }

    [Fact]
    public async Task Tags_are_counted_over_all_items_and_points_carry_them()
    {
        await _store.UpsertAsync([.. Enumerable.Range(0, 90).Select(i => new Item($"i{i:00}", new ulong[] { (ulong)i }, i % 3 == 0 ? ["third", "x"] : ["x"], """{"a": 1}"""))], Stop);
        await using CollectionBrowser browser = new(_store, new BrowsingOptions { SampleItems = 20, MapPoints = 10 });

        TagsResponse tags = await browser.TagsAsync(cancellation: Stop);
        Assert.Equal([new TagCount("x", 90), new TagCount("third", 30)], tags.Tags);
        Assert.Equal((90, 90), (tags.Sampled, tags.Items));
        MapResponse map = await browser.MapAsync(cancellation: Stop);
        Assert.Equal((10, 10, 90L), (map.Points.Count, map.Sampled, map.Items));
        Assert.All(map.Points, point => Assert.Contains("x", point.Tags));
        Assert.Equal("principal components of 64 bits", map.Method);
        Assert.Equal(20, (await browser.MapAsync(100, Stop)).Sampled);
        ClustersResponse clusters = await browser.ClustersAsync(cancellation: Stop);
        Assert.Equal((20, 20, 90L), (clusters.Clusters.Sum(cluster => cluster.Size), clusters.Sampled, clusters.Items));
    }

    [Fact]
    public async Task The_sample_of_a_store_depends_on_its_items_alone()
    {
        Item[] items = [.. Enumerable.Range(0, 200).Select(i => new Item($"i{i}", new ulong[] { (ulong)i }))];
        await _store.UpsertAsync(items, Stop);
        await using ISearchStore other = await SearchStores.OpenAsync(Path.Combine(_folder.Path, "b.index"), new StoreOptions { CreateBits = 64 }, Stop);
        foreach (Item[] part in items.Reverse().Chunk(7))
        {
            await other.UpsertAsync(part, Stop);
        }
        BrowsingOptions options = new() { SampleItems = 50 };
        CollectionSketch one = await CollectionSketch.OfAsync(_store, options, TimeProvider.System, Stop), two = await CollectionSketch.OfAsync(other, options, TimeProvider.System, Stop);
        Assert.Equal(one.Sample.Select(item => item.Id), two.Sample.Select(item => item.Id));

        await other.UpsertAsync([new Item("new", new ulong[] { 1 })], Stop);
        CollectionSketch three = await CollectionSketch.OfAsync(other, options, TimeProvider.System, Stop);
        Assert.InRange(three.Sample.Select(item => item.Id).Except(two.Sample.Select(item => item.Id)).Count(), 0, 1);
    }

    [Fact]
    public async Task Near_duplicates_are_grouped_the_largest_group_first()
    {
        ulong far = 0xFFFF_FFFF_0000_0000, other = 0x00FF_00FF_00FF_00FF;
        await _store.UpsertAsync([new Item("a", new[] { far }), new Item("b", new[] { far }), new Item("c", new[] { other }), new Item("d", new[] { other ^ 1 }), new Item("e", new[] { other ^ 3 }), new Item("f", new ulong[] { 0 })], Stop);
        await using CollectionBrowser browser = new(_store);

        Assert.Equal(["a b"], Joined(await browser.DuplicatesAsync(cancellation: Stop)));
        DuplicatesResponse near = await browser.DuplicatesAsync(1, cancellation: Stop);
        Assert.Equal(["c d e", "a b"], Joined(near));
        Assert.Equal([3, 2], near.Sizes);
        DuplicatesResponse one = await browser.DuplicatesAsync(1, 1, Stop);
        Assert.Equal((1, 2), (one.Groups.Count, one.Total));

        await _store.SetNoteAsync(new EncodedNote("", PerceptualHash.Name, "", []), Stop);
        Assert.Equal(PerceptualHash.Radius, (await browser.DuplicatesAsync(cancellation: Stop)).Radius);
    }

    [Fact]
    public async Task A_store_that_has_changed_is_looked_at_again()
    {
        await _store.UpsertAsync([new Item("a", new ulong[] { 1 }, ["old"])], Stop);
        await using CollectionBrowser browser = new(_store);
        TagsResponse before = await browser.TagsAsync(cancellation: Stop);
        MapResponse map = await browser.MapAsync(cancellation: Stop);
        Assert.Same(map, await browser.MapAsync(cancellation: Stop));

        await _store.UpsertAsync([new Item("b", new ulong[] { 1 }, ["new"])], Stop);

        Assert.Equal(["old"], before.Tags.Select(tag => tag.Tag));
        Assert.Equal(["new", "old"], (await browser.TagsAsync(cancellation: Stop)).Tags.Select(tag => tag.Tag));
        Assert.Equal(2, (await browser.MapAsync(cancellation: Stop)).Points.Count);
    }

    [Fact]
    public async Task A_caller_who_leaves_or_asks_for_too_much_gets_an_error_and_others_do_not()
    {
        await _store.UpsertAsync([new Item("a", new ulong[] { 1 })], Stop);
        await using CollectionBrowser browser = new(_store);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => browser.TagsAsync(cancellation: new CancellationToken(true)));
        Assert.Single((await browser.MapAsync(cancellation: Stop)).Points);
        Assert.Equal("points is 20001; 1 to 20000 is needed.", (await Assert.ThrowsAsync<ArgumentException>(() => browser.MapAsync(20_001, Stop))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => browser.ClustersAsync(0, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => browser.DuplicatesAsync(-1, cancellation: Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => browser.DuplicatesAsync(65, cancellation: Stop));
    }

    private static IEnumerable<string> Joined(DuplicatesResponse answer) => answer.Groups.Select(group => string.Join(' ', group));
}
