using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Semblance.Deduplication;
using Semblance.Tests.Serving.Ingestion;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>Many callers at once: writers, each with ids of its own, searchers, and people who send what is no image.</summary>
internal sealed class MixedLoad : IDisposable
{
    private const int IdsOfWriter = 200;
    private static readonly byte[][] Pictures = [.. Enumerable.Range(0, 8).Select(number => DrawnImages.Png(number))];
    private readonly HttpClient _client;
    private readonly TimeSpan _pause;
    private long _answers;

    /// <param name="port">Of the service on this machine.</param>
    /// <param name="pause">Of every caller after every call.</param>
    public MixedLoad(int port, TimeSpan pause) => (_client, _pause) = (new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(60) }, pause);

    /// <summary>What was acknowledged.</summary>
    public Ledger Ledger { get; init; } = new();

    /// <summary>Answers so far.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Answers that should not have been, in words.</summary>
    public ConcurrentQueue<string> Unexpected { get; } = new();

    /// <summary>Calls until told to stop; calls that fail because the service is gone end the caller.</summary>
    public Task RunAsync(int writers, int searchers, int hostile, int seed, CancellationToken stop) => Task.WhenAll(
    [
        .. Enumerable.Range(0, writers).Select(number => Repeat(new Random((seed * 1000) + number), random => WriteAsync(number, random), stop)),
        .. Enumerable.Range(0, searchers).Select(number => Repeat(new Random((seed * 1000) + 300 + number), SearchAsync, stop)),
        .. Enumerable.Range(0, hostile).Select(number => Repeat(new Random((seed * 1000) + 600 + number), SendHostileAsync, stop)),
    ]);

    /// <summary>The ids and codes of everything that the service holds.</summary>
    public async Task<Dictionary<string, string>> HeldAsync(CancellationToken stop)
    {
        Dictionary<string, string> held = new(StringComparer.Ordinal);
        for (string? after = ""; after is not null;)
        {
            string from = after.Length == 0 ? "" : $"&after={Uri.EscapeDataString(after)}";
            using JsonDocument page = JsonDocument.Parse(await _client.GetStringAsync(new Uri($"v1/items/list?limit=1000{from}", UriKind.Relative), stop));
            foreach (JsonElement item in page.RootElement.GetProperty("items").EnumerateArray())
            {
                held.Add(item.GetProperty("id").GetString()!, item.GetProperty("code").GetString()!);
            }
            after = page.RootElement.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
        }
        return held;
    }

    public void Dispose() => _client.Dispose();

    private async Task Repeat(Random random, Func<Random, Task> call, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await call(random);
                Interlocked.Increment(ref _answers);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return; // The service is gone.
            }
            await Task.Delay(_pause, CancellationToken.None);
        }
    }

    private async Task WriteAsync(int writer, Random random)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"writer {writer}/{random.Next(IdsOfWriter)} é%2F");
        string path = $"v1/items?id={Uri.EscapeDataString(id)}";
        int kind = random.Next(10);
        if (kind < 2)
        {
            Ledger.Sent(id, null);
            Settle(id, null, await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), HttpStatusCode.NoContent, HttpStatusCode.NotFound));
        }
        else if (kind < 5)
        {
            byte[] picture = Pictures[random.Next(Pictures.Length)];
            Ledger.Sent(id, CodeOf(picture));
            Settle(id, CodeOf(picture), await SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = Multipart(picture) }, HttpStatusCode.OK, HttpStatusCode.Created));
        }
        else
        {
            string code = RandomCode(random);
            Ledger.Sent(id, code);
            Settle(id, code, await SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = Json($"{{\"code\":\"{code}\",\"tags\":[\"t{random.Next(5)}\"],\"payload\":{{\"n\":{random.Next(9)}}}}}") }, HttpStatusCode.OK, HttpStatusCode.Created));
        }
    }

    /// <summary>A write that was not acknowledged but for being too many may still have happened.</summary>
    private void Settle(string id, string? code, HttpStatusCode status)
    {
        if ((int)status < 400 || status == HttpStatusCode.NotFound)
        {
            Ledger.Acknowledged(id, code);
        }
        else if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            Ledger.Refused(id);
        }
    }

    private async Task SearchAsync(Random random)
    {
        int k = random.Next(1, 30);
        using HttpRequestMessage request = random.Next(4) switch
        {
            0 => new HttpRequestMessage(HttpMethod.Post, $"v1/search/image?k={k}&anyTag=t{random.Next(5)}") { Content = Image(Pictures[random.Next(Pictures.Length)]) },
            1 => new HttpRequestMessage(HttpMethod.Post, "v1/search/batch") { Content = Json($"{{\"queries\":[{{\"code\":\"{RandomCode(random)}\"}},{{\"code\":\"{RandomCode(random)}\"}}],\"k\":{k}}}") },
            2 => new HttpRequestMessage(HttpMethod.Get, $"v1/items/list?limit={k}"),
            _ => new HttpRequestMessage(HttpMethod.Post, "v1/search/code") { Content = Json($"{{\"code\":\"{RandomCode(random)}\",\"k\":{k},\"filter\":{{\"payload\":{{\"n\":{random.Next(9)}}}}}}}") },
        };
        await SendAsync(request, HttpStatusCode.OK);
    }

    private async Task SendHostileAsync(Random random)
    {
        byte[] sound = Pictures[random.Next(Pictures.Length)];
        byte[] bytes = random.Next(5) switch
        {
            0 => sound[..random.Next(sound.Length)],
            1 => [.. Enumerable.Range(0, random.Next(5000)).Select(_ => (byte)random.Next(256))],
            2 => HugePng(sound, random),
            3 => Encoding.ASCII.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"),
            _ => Flipped(sound, random),
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/search/image") { Content = Image(bytes) };
        await SendAsync(request, HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnsupportedMediaType, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest);
    }

    private async Task<HttpStatusCode> SendAsync(HttpRequestMessage request, params HttpStatusCode[] expected)
    {
        using HttpResponseMessage response = await _client.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        bool busy = response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is not null;
        if (!busy && !expected.Contains(response.StatusCode))
        {
            Unexpected.Enqueue($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {body}");
        }
        return response.StatusCode;
    }

    private static string CodeOf(byte[] picture)
    {
        PerceptualHash.TryOf(picture, out ulong[]? code, out _);
        return Convert.ToHexStringLower(System.Runtime.InteropServices.MemoryMarshal.AsBytes(code.AsSpan())[..(PerceptualHash.Bits / 8)]);
    }

    private static string RandomCode(Random random)
    {
        byte[] bytes = new byte[PerceptualHash.Bits / 8];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>A header that promises more pixels than anyone may send.</summary>
    private static byte[] HugePng(byte[] sound, Random random)
    {
        byte[] huge = [.. sound];
        random.NextBytes(huge.AsSpan(17, 2));
        huge[16] = 0x7f;
        return huge;
    }

    private static byte[] Flipped(byte[] sound, Random random)
    {
        byte[] flipped = [.. sound];
        for (int i = 0; i < 8; i++)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }
        return flipped;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static ByteArrayContent Image(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

    private static MultipartFormDataContent Multipart(byte[] bytes) => new() { { Image(bytes), "image", "a.png" }, { Json("""{"tags":["picture"]}"""), "item" } };
}
