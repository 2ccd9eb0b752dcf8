using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Semblance.Bench.Serving;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Tests.Index.Reliability;
using Semblance.Tests.Serving.Ingestion;
using Xunit;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>Spoilt requests: none may cost more than an answer that says what was wrong with it.</summary>
public sealed class RequestFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Workers = 4;
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _wrong = new();

    private static int Requests => Effort.Full ? 100_000 : 3_000;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Spoilt_requests_are_answered_and_harm_nothing()
    {
        string index = _folder.File("photos.index"), photos = _folder.File("photos");
        DrawnImages.Write(photos, "beach/001.jpg", 1);
        using (LiveIndex live = LiveIndex.Create(index, new LiveIndexOptions { Bits = PerceptualHash.Bits, Ids = IdKind.Text }))
        {
            live.Upsert(new Item(new ItemId("beach/001.jpg"), new ulong[] { 1, 2 }, ["beach"]));
            live.Upsert(new Item(new ItemId("kept"), new ulong[] { 3, 4 }));
        }
        using ServerProcess server = ServerProcess.Start("--index", index, "--images", photos);
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/") };
        using JsonDocument document = JsonDocument.Parse(await client.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken));
        IReadOnlyList<FuzzRequest> sound = OpenApiRequests.Of(document.RootElement);
        Assert.True(sound.Count >= 15, $"the document has {sound.Count} requests");

        Parallel.For(0, Workers, new ParallelOptions { MaxDegreeOfParallelism = Workers }, worker => Send(server.Port, sound, worker));

        output.WriteLine(string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}"))));
        Assert.True(_wrong.IsEmpty, string.Join("\n\n", _wrong.Take(5)));
        Assert.True(_statuses.Keys.Count(status => status is >= 400 and < 500) >= 4, "too few kinds of refusals to have tried anything");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.InRange(server.Resident.Anonymous, 1, 1000);
    }

    private void Send(int port, IReadOnlyList<FuzzRequest> sound, int worker)
    {
        Random random = new(worker);
        RequestMutator mutator = new(random);
        using HttpConnection connection = new(port);
        for (int i = worker; i < Requests; i += Workers)
        {
            byte[] bytes = mutator.Mutate(sound[random.Next(sound.Count)]).ToBytes();
            try
            {
                if (random.Next(10) == 0)
                {
                    SendTorn(port, mutator.SpoilBytes(bytes));
                }
                else
                {
                    SendWhole(connection, bytes);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or FormatException)
            {
                _wrong.Enqueue($"{exception.Message}: {Shown(bytes)}");
                connection.Reconnect();
            }
        }
    }

    /// <summary>A request that HTTP itself can carry must have an answer, and a refusal must say why.</summary>
    private void SendWhole(HttpConnection connection, byte[] bytes)
    {
        (int status, ReadOnlyMemory<byte> body) answer;
        try
        {
            answer = connection.Send(bytes);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            connection.Reconnect(); // The answer before may have closed it.
            answer = connection.Send(bytes);
        }
        _statuses.AddOrUpdate(answer.status, 1, (_, count) => count + 1);
        if (!IsSound(answer.status, answer.body.Span))
        {
            _wrong.Enqueue($"{answer.status} {Encoding.UTF8.GetString(answer.body.Span)}: {Shown(bytes)}");
        }
    }

    private static bool IsSound(int status, ReadOnlySpan<byte> body)
    {
        if (status < 400)
        {
            return true;
        }
        // The server's own refusals of what is no HTTP have no body.
        return (body.Length == 0 && status is 400 or 414 or 431) || (status is < 500 or 503 or 507 && Encoding.UTF8.GetString(body).Contains("\"detail\":\"", StringComparison.Ordinal));
    }

    /// <summary>Bytes that may be no HTTP: the server may answer anything but a fault of its own, or hang up.</summary>
    private void SendTorn(int port, byte[] bytes)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        socket.Connect(IPAddress.Loopback, port);
        byte[] buffer = new byte[4096];
        int read = 0;
        try
        {
            socket.Send(bytes);
            socket.Shutdown(SocketShutdown.Send);
            read = socket.Receive(buffer);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return;
        }
        string answer = Encoding.ASCII.GetString(buffer, 0, read);
        if (answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal))
        {
            _wrong.Enqueue($"{answer}: {Shown(bytes)}");
        }
    }

    private static string Shown(byte[] bytes) => Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 1500));
}
