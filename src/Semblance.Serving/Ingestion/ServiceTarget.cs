using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Serving.Stores;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Ingestion;

/// <summary>A running service, reached over HTTP; it encodes the images itself and keeps them.</summary>
public sealed class ServiceTarget : IIngestTarget
{
    private const int Parallel = 8;
    private const int Page = 1000;
    private const int Attempts = 6;
    private readonly HttpClient _client;

    /// <summary>Names a service.</summary>
    /// <param name="address">Such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="key">A key with the write scope; null where the service asks for none.</param>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public ServiceTarget(string address, string? key)
        : this(new HttpClient { BaseAddress = AddressOf(address), Timeout = TimeSpan.FromMinutes(2) }, key)
    {
    }

    /// <summary>Wraps a client; it is disposed of with the target.</summary>
    internal ServiceTarget(HttpClient client, string? key)
    {
        _client = client;
        if (key is not null)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <inheritdoc/>
    public string Name => _client.BaseAddress!.ToString().TrimEnd('/');

    /// <inheritdoc/>
    public async Task<Dictionary<string, FileStamp>> KnownAsync(string prefix, CancellationToken cancellation = default)
    {
        Dictionary<string, FileStamp> known = new(StringComparer.Ordinal);
        string? after = null;
        do
        {
            string from = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            using HttpResponseMessage response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"v1/items/list?limit={Page}{from}"), cancellation).ConfigureAwait(false);
            JsonElement page = await JsonOf(response, cancellation).ConfigureAwait(false);
            foreach (JsonElement item in page.GetProperty("items").EnumerateArray())
            {
                string id = item.GetProperty("id").GetString()!;
                if (id.StartsWith(prefix, StringComparison.Ordinal) && item.TryGetProperty("payload", out JsonElement payload) && FileStamp.FromPayload(payload.GetRawText()) is { } stamp)
                {
                    known[id] = stamp;
                }
            }
            after = page.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
        }
        while (after is not null);
        return known;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RefusedFile>> PutAsync(IReadOnlyList<StampedFile> files, bool tagFolders, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        RefusedFile?[] refused = new RefusedFile?[files.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation };
        await System.Threading.Tasks.Parallel.ForAsync(0, files.Count, options, async (i, stop) => refused[i] = await PutAsync(files[i], files[i].File.Id, tagFolders, stop).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. refused.OfType<RefusedFile>()];
    }

    /// <inheritdoc/>
    public async Task MoveAsync(IReadOnlyList<MovedFile> moves, bool tagFolders, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(moves);
        foreach (MovedFile move in moves)
        {
            // The image travels again: the service keeps it under its id.
            await PutAsync(move.To, move.From, tagFolders, cancellation).ConfigureAwait(false);
        }
        await DeleteAsync([.. moves.Where(move => move.From != move.To.File.Id).Select(move => move.From)], cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (string id in ids)
        {
            using HttpResponseMessage response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, Item(id)), cancellation, HttpStatusCode.NotFound).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Item(string id) => $"v1/items?id={Uri.EscapeDataString(id)}";

    private static Uri AddressOf(string address) => Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
        ? uri! : throw new ArgumentException($"\"{address}\" is no address of a service. Give one such as http://127.0.0.1:8080.");

    /// <summary>Sends a file with the tags and the payload that the item of an id has now.</summary>
    private async Task<RefusedFile?> PutAsync(StampedFile file, string from, bool tagFolders, CancellationToken cancellation)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(file.File.Path, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new RefusedFile(file.File, $"{file.File.Path} cannot be read: {exception.Message}");
        }
        string item = await ItemAsync(file, from, tagFolders, cancellation).ConfigureAwait(false);
        using HttpResponseMessage response = await SendAsync(() => Put(file, bytes, item), cancellation, HttpStatusCode.UnprocessableEntity, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? null : new RefusedFile(file.File, $"{file.File.Path}: {await DetailOf(response, cancellation).ConfigureAwait(false)}");
    }

    private async Task<string> ItemAsync(StampedFile file, string from, bool tagFolders, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Item(from)), cancellation, HttpStatusCode.NotFound).ConfigureAwait(false);
        string[] tags = [];
        string? payload = null;
        if (response.IsSuccessStatusCode)
        {
            JsonElement item = await JsonOf(response, cancellation).ConfigureAwait(false);
            tags = item.TryGetProperty("tags", out JsonElement own) ? [.. own.EnumerateArray().Select(tag => tag.GetString()!)] : [];
            payload = item.TryGetProperty("payload", out JsonElement json) ? json.GetRawText() : null;
        }
        IEnumerable<string> wanted = tagFolders ? FolderTags.Follow(tags, from, file.File.Id) : tags;
        return new JsonObject { ["tags"] = new JsonArray([.. wanted.Select(tag => (JsonNode)tag)]), ["payload"] = JsonNode.Parse(file.Stamp.IntoPayload(payload)) }.ToJsonString();
    }

    private static HttpRequestMessage Put(StampedFile file, byte[] bytes, string item)
    {
        ByteArrayContent image = new(bytes);
        image.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeOf(ImageFormats.FromPath(file.File.Path)));
        return new HttpRequestMessage(HttpMethod.Put, Item(file.File.Id))
        {
            Content = new MultipartFormDataContent { { image, "image", "image" }, { new StringContent(item, Encoding.UTF8, "application/json"), "item" } },
        };
    }

    private static string MediaTypeOf(ImageFormat format) => format switch
    {
        ImageFormat.Png => "image/png",
        ImageFormat.WebP => "image/webp",
        ImageFormat.Gif => "image/gif",
        ImageFormat.Tiff => "image/tiff",
        _ => "image/jpeg",
    };

    /// <summary>Sends, again where the service is busy, and fails where it answers anything but success or a status that the caller expects.</summary>
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation, params HttpStatusCode[] expected)
    {
        for (int attempt = 1; ; attempt++)
        {
            HttpResponseMessage response = await SendOnceAsync(request, cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || expected.Contains(response.StatusCode))
            {
                return response;
            }
            using (response)
            {
                if (attempt == Attempts || response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                {
                    throw await FailureOf(response, cancellation).ConfigureAwait(false);
                }
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(attempt), cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        using HttpRequestMessage message = request();
        try
        {
            return await _client.SendAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new StoreUnavailableException($"{Name} does not answer: {exception.Message} Start the service, or mend the address.", exception);
        }
    }

    private async Task<Exception> FailureOf(HttpResponseMessage response, CancellationToken cancellation)
    {
        string detail = await DetailOf(response, cancellation).ConfigureAwait(false);
        return response.StatusCode switch
        {
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => new StoreUnavailableException($"{Name} is busy: {detail}"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new InvalidDataException($"{Name} does not let in: {detail} Give a key with the write scope by --key-file."),
            _ => new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Name} answered {(int)response.StatusCode}: {detail}")),
        };
    }

    private static async Task<string> DetailOf(HttpResponseMessage response, CancellationToken cancellation)
    {
        string text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            using JsonDocument problem = JsonDocument.Parse(text);
            return problem.RootElement.TryGetProperty("detail", out JsonElement detail) ? detail.GetString()! : text;
        }
        catch (JsonException)
        {
            return response.ReasonPhrase ?? text;
        }
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage response, CancellationToken cancellation)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using JsonDocument document = await JsonDocument.ParseAsync(stream, default, cancellation).ConfigureAwait(false);
        return document.RootElement.Clone();
    }
}
