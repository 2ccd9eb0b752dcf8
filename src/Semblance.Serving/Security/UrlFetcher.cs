using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Semblance.Serving.Images;

namespace Semblance.Serving.Security;

/// <summary>Looks names of hosts up.</summary>
/// <param name="host">The name, or an address as text.</param>
/// <param name="cancellation">Gives up.</param>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellation);

/// <summary>Fetches images that people name by their address, from hosts that whoever runs the service has named, and from nowhere else.</summary>
/// <remarks>
/// Addresses in private and local networks are refused, whatever name leads there, unless they were named as addresses. A connection is made to the very address that was checked. Up to three
/// redirections are followed, and each is checked in the same way. No cookies, credentials, proxies or compressed answers.
/// </remarks>
public sealed class UrlFetcher : IDisposable
{
    private const int MostRedirections = 3;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);
    private readonly UrlRules _rules;
    private readonly HostLookup _lookup;
    private readonly long _maxBytes;
    private readonly TimeSpan _time;
    private readonly HttpClient _client;

    /// <summary>Allows some hosts.</summary>
    /// <param name="hosts">Names, exact or with a leading <c>*.</c> for all names below one, or addresses; with <c>:PORT</c> where the port is not the standard one.</param>
    /// <param name="maxBytes">Bytes of an image.</param>
    /// <param name="time">How long a whole fetch may take; null for 10 seconds.</param>
    /// <exception cref="ArgumentException">One of them names no host.</exception>
    public UrlFetcher(IReadOnlyList<string> hosts, long maxBytes, TimeSpan? time = null)
        : this(hosts, maxBytes, time ?? TimeSpan.FromSeconds(10), static (host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation))
    {
    }

    internal UrlFetcher(IReadOnlyList<string> hosts, long maxBytes, TimeSpan time, HostLookup lookup)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        (_rules, _maxBytes, _time, _lookup) = (new UrlRules(hosts), maxBytes, time, lookup);
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTime,
            MaxResponseHeadersLength = 16,
            // Each fetch is checked and connected for itself.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Accept.ParseAdd("image/*");
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Semblance");
    }

    /// <summary>Fetches an image.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The bytes that were answered; whether they are an image is for <see cref="ImageIntake"/> to say.</returns>
    /// <exception cref="ArgumentException">The address is not allowed, or redirects to one that is not.</exception>
    /// <exception cref="InvalidDataException">The host cannot be reached, answers with a failure, with too many bytes or too slowly.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(string address, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_time);
        string name = SafeText.Line(address);
        try
        {
            return await FollowAsync(_rules.Require(address), name, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name}: fetching takes longer than {_time.TotalSeconds:0.###} s. Send the image itself."));
        }
        catch (HttpRequestException exception) when (exception.InnerException is ArgumentException refused)
        {
            throw new ArgumentException(refused.Message, refused);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new InvalidDataException($"{name} cannot be fetched: {SafeText.Line(exception.Message)} Check the address, or send the image itself.", exception);
        }
    }

    /// <summary>Closes connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task<ReadOnlyMemory<byte>> FollowAsync(Uri url, string name, CancellationToken cancellation)
    {
        for (int hop = 0; ; hop++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, url);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } next)
            {
                if (hop == MostRedirections)
                {
                    throw new InvalidDataException($"{name} leads on more than {MostRedirections} times. Give the address of the image itself.");
                }
                url = _rules.Require(new Uri(url, next).AbsoluteUri);
                continue;
            }
            return response.IsSuccessStatusCode
                ? await ReadAsync(response, name, cancellation).ConfigureAwait(false)
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name} is answered with {(int)response.StatusCode}. Check the address, or send the image itself."));
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, string name, CancellationToken cancellation)
    {
        RequireLength(response.Content.Headers.ContentLength ?? 0, name);
        using MemoryStream bytes = new();
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] part = new byte[64 << 10];
        for (int read; (read = await body.ReadAsync(part, cancellation).ConfigureAwait(false)) > 0;)
        {
            RequireLength(bytes.Length + read, name);
            bytes.Write(part, 0, read);
        }
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private void RequireLength(long bytes, string name)
    {
        if (bytes > _maxBytes)
        {
            throw ImageRefusals.Make(ImageRefusal.TooManyBytes, string.Create(CultureInfo.InvariantCulture, $"{name} has more than {_maxBytes} bytes, which is the limit. Give the address of a smaller image."));
        }
    }

    /// <summary>Looks the name up, checks what it leads to, and connects to that and nothing else.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Uri url = context.InitialRequestMessage.RequestUri!;
        IPAddress[] found = await _lookup(context.DnsEndPoint.Host, cancellation).ConfigureAwait(false);
        if (found.Length == 0 || Array.Find(found, address => !_rules.Allows(url, address)) is not null)
        {
            throw new ArgumentException($"the host {SafeText.Line(url.Host)} leads to an address in a private or local network, from which images are not fetched. Send the image itself.");
        }
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
