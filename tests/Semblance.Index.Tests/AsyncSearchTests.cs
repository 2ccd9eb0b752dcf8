using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class AsyncSearchTests
{
    [Fact]
    public async Task Async_searches_give_the_same()
    {
        HammingIndex index = new(RandomCodes.Make(seed: 3, 9_000, 64));
        Codes queries = RandomCodes.Make(seed: 4, 40, 64);

        Assert.Equal(index.Nearest(queries, 7), await index.NearestAsync(queries, 7));
        Assert.Equal(index.Within(queries, 20), await index.WithinAsync(queries, 20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_search_under_way_ends_when_it_is_cancelled(bool byOptions)
    {
        HammingIndex index = new(RandomCodes.Make(seed: 3, 300_000, 64));
        Codes queries = RandomCodes.Make(seed: 4, 2, 64);
        using CancellationTokenSource source = new();

        // The predicate waits for the cancellation, so that the search cannot be over before it.
        SearchOptions options = new() { Where = _ => Hold(source), Cancellation = byOptions ? source.Token : default };
        Task search = index.NearestAsync(queries, 5, options, byOptions ? default : source.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        Assert.True(search.IsCanceled);
    }

    [Fact]
    public async Task A_cancelled_search_does_not_begin()
    {
        HammingIndex index = new(RandomCodes.Make(seed: 3, 100, 64));
        using CancellationTokenSource source = new();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.WithinAsync(index.Codes, 5, null, source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => index.Within(index.Codes, 5, new SearchOptions { Cancellation = source.Token }));
        Assert.ThrowsAny<OperationCanceledException>(() => index.NearestJaccard([0], 5, new SearchOptions { Cancellation = source.Token }));
    }

    [Fact]
    public async Task Faults_come_out_as_they_are()
    {
        HammingIndex index = new(RandomCodes.Make(seed: 3, 600_000, 64));
        SearchOptions options = new() { Threads = 3, Where = _ => throw new InvalidDataException("row") };

        Assert.Throws<InvalidDataException>(() => index.Nearest(index.Codes.Slice(0, 50), 5, options));
        await Assert.ThrowsAsync<InvalidDataException>(() => index.NearestAsync(index.Codes.Slice(0, 50), 5, options));
        await Assert.ThrowsAsync<ArgumentException>(() => index.NearestAsync(RandomCodes.Make(1, 1, 63), 5));
    }

    private static bool Hold(CancellationTokenSource source)
    {
        source.Cancel();
        return true;
    }
}
