using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Semblance.Index;
using Semblance.Serving.Http;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>What only real connections can do wrong.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();
    private readonly WaitingStore _store;
    private WebApplication? _app;
    private int _port;

    public KestrelTests() => _store = new WaitingStore(LocalStore.Open(Path.Combine(_folder.Path, "a.index"), new StoreOptions { CreateBits = 96 }));

    public async ValueTask InitializeAsync()
    {
        SearchServerOptions server = new() { SlowBody = TimeSpan.FromSeconds(1.5) };
        _app = SearchServer.Make(
            server,
            options => (options.Store, options.MaxJsonBytes, options.MaxImageBytes, options.MaxBodyBytes) = (_store, 1000, 100_000, 150_000),
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(_log);
            });
        await _app.StartAsync();
        _port = new Uri(SearchServer.AddressesOf(_app).Single()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_body_that_comes_too_slowly_is_not_waited_for()
    {
        using TcpClient client = await SendAsync("POST /v1/search/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{");
        string answer = await ReadAsync(client);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("the body came too slowly", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_began_fast_may_not_stop_either()
    {
        // By its mean rate the server alone would wait for a minute and a half.
        using TcpClient client = await SendAsync(BeginningOfAnImage(90_000));
        string answer = await ReadAsync(client);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("the body came too slowly", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_together_take_no_more_than_there_is_room_for()
    {
        using TcpClient first = await SendAsync(BeginningOfAnImage(80_000)), second = await SendAsync(BeginningOfAnImage(80_000));
        string[] answers = await Task.WhenAll(ReadAsync(first), ReadAsync(second));
        Assert.Equal(["HTTP/1.1 408", "HTTP/1.1 503"], answers.Select(answer => answer[..12]).Order(StringComparer.Ordinal));
        Assert.Contains("Retry-After: 2", answers.Single(answer => answer.StartsWith("HTTP/1.1 503", StringComparison.Ordinal)), StringComparison.Ordinal);
        for (int i = 0; i < 3; i++)
        {
            // The room is free again.
            using TcpClient next = await SendAsync(BeginningOfAnImage(90_000) + new string('x', 9_900));
            Assert.StartsWith("HTTP/1.1 4", await ReadAsync(next), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_of_parts_is_stopped_at_the_limit()
    {
        string part = $"400\r\n{new string(' ', 1024)}\r\n";
        using TcpClient client = await SendAsync($"POST /v1/search/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{part}{part}");
        string answer = await ReadAsync(client);
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET /v1/info HTTP/1.1\r\n\r\n")]
    [InlineData("GET /v1/info HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n")]
    [InlineData("GET /v1/%ff\0 HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /v1/info HTTP/9.9\r\nHost: localhost\r\n\r\n")]
    public async Task What_is_not_http_is_refused_and_the_next_is_answered(string text)
    {
        using (TcpClient client = await SendAsync(text))
        {
            Assert.Matches("^HTTP/1.1 (400|505)", await ReadAsync(client));
        }
        await StillServesAsync();
    }

    [Fact]
    public async Task Who_goes_in_the_middle_of_a_body_leaves_no_noise()
    {
        for (int i = 0; i < 5; i++)
        {
            using TcpClient client = await SendAsync("POST /v1/search/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 90000\r\n\r\nabc");
            client.Client.LingerState = new LingerOption(true, 0);
        }
        await StillServesAsync();
        Assert.DoesNotContain(_log.All, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_goes_while_a_search_runs_ends_it()
    {
        using (TcpClient client = await SendAsync("POST /v1/search/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n{\"code\":\"000102030405060708090a0b\"}"))
        {
            await _store.Searching.WaitAsync(TimeSpan.FromSeconds(30));
            client.Client.LingerState = new LingerOption(true, 0);
        }
        await _store.Cancelled.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(_log.All, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_under_way_are_finished_when_the_service_stops()
    {
        using TcpClient client = await SendAsync("POST /v1/search/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n{\"code\":\"000102030405060708090a0b\"}");
        await _store.Searching.WaitAsync(TimeSpan.FromSeconds(30));
        Task stopping = _app!.StopAsync();
        await Task.Delay(100);
        Assert.False(stopping.IsCompleted);
        _store.Finish();
        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(client), StringComparison.Ordinal);
        await stopping;
    }

    private static string BeginningOfAnImage(int bytes) =>
        $"POST /v1/search/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99900\r\n\r\n{new string('x', bytes)}";

    private async Task StillServesAsync()
    {
        using HttpClient client = new();
        Assert.Contains("\"bits\":96", await client.GetStringAsync($"http://127.0.0.1:{_port}/v1/info"), StringComparison.Ordinal);
    }

    private async Task<TcpClient> SendAsync(string text)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, _port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
        return client;
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        byte[] buffer = new byte[4096];
        StringBuilder text = new();
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) || text.ToString().Contains("chunked", StringComparison.Ordinal) && !text.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await client.GetStream().ReadAsync(buffer, limit.Token);
            if (read == 0)
            {
                break;
            }
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        return text.ToString();
    }

    /// <summary>A store whose searches wait until they are cancelled or let go.</summary>
    private sealed class WaitingStore(ISearchStore inner) : ISearchStore
    {
        private readonly TaskCompletionSource _searching = new(), _cancelled = new(), _finish = new();

        public Task Searching => _searching.Task;

        public Task Cancelled => _cancelled.Task;

        public string Name => inner.Name;

        public int Bits => inner.Bits;

        public IdKind Ids => inner.Ids;

        public bool ReadOnly => inner.ReadOnly;

        public void Finish() => _finish.SetResult();

        public async Task<IReadOnlyList<StoreAnswer>> SearchAsync(Codes queries, StoreSearch search, CancellationToken cancellation = default)
        {
            _searching.TrySetResult();
            try
            {
                await _finish.Task.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }
            return await inner.SearchAsync(queries, search, cancellation);
        }

        public Task<Item?> FindAsync(ItemId id, CancellationToken cancellation = default) => inner.FindAsync(id, cancellation);

        public IAsyncEnumerable<Item> ItemsAsync(ItemId? after = null, CancellationToken cancellation = default) => inner.ItemsAsync(after, cancellation);

        public Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default) => inner.UpsertAsync(items, cancellation);

        public Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default) => inner.DeleteAsync(ids, cancellation);

        public Task<StoreInfo> InfoAsync(CancellationToken cancellation = default) => inner.InfoAsync(cancellation);

        public Task<Semblance.Encoders.EncodedNote?> NoteAsync(CancellationToken cancellation = default) => inner.NoteAsync(cancellation);

        public Task SetNoteAsync(Semblance.Encoders.EncodedNote note, CancellationToken cancellation = default) => inner.SetNoteAsync(note, cancellation);

        public Task CheckAsync(CancellationToken cancellation = default) => inner.CheckAsync(cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
