using System.Net;
using System.Net.Sockets;
using System.Text;
using Semblance.Serving.Images;
using Semblance.Serving.Security;
using Xunit;

namespace Semblance.Tests.Serving.Security;

/// <summary>Fetching reaches what was named and nothing else.</summary>
public sealed class UrlFetcherTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://example.org/a.jpg")]
    [InlineData("https://example.org/a.jpg?x=1#y")]
    [InlineData("https://EXAMPLE.org./a.jpg")]
    [InlineData("http://example.org#@attacker.example:99999/")]
    [InlineData("http://example.org:80/a.jpg")]
    [InlineData("https://img.photos.example/a.jpg")]
    [InlineData("https://a.b.photos.example/a.jpg")]
    [InlineData("http://cdn.example:8443/a.jpg")]
    [InlineData("http://192.0.2.7/a.jpg")]
    public void What_is_named_is_allowed(string url) => Assert.NotNull(Rules.Require(url));

    [Theory]
    [InlineData("http://attacker.example/a.jpg")]
    [InlineData("http://example.org.attacker.example/")]
    [InlineData("http://notexample.org/")]
    [InlineData("http://sub.example.org/")]
    [InlineData("http://photos.example/")]
    [InlineData("http://evilphotos.example/")]
    [InlineData("http://example.org:8080/")]
    [InlineData("https://example.org:80/")]
    [InlineData("http://cdn.example/")]
    [InlineData("http://example.org@attacker.example/")]
    [InlineData("http://example.org:80@attacker.example/")]
    [InlineData("http://user:password@example.org/")]
    [InlineData("http://attacker.example\\@example.org/")]
    [InlineData("http://attacker.example/http://example.org/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0/")]
    [InlineData("http://localhost/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/a.jpg")]
    [InlineData("gopher://example.org/")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("//example.org/a.jpg")]
    [InlineData("/etc/passwd")]
    [InlineData("http://")]
    [InlineData("")]
    [InlineData("http://example.org/a.jpg\r\nX-Evil: 1")]
    [InlineData("http://ex\u0430mple.org/")]
    public async Task What_is_not_named_is_refused_before_any_name_is_looked_up(string url)
    {
        using UrlFetcher fetcher = new(Hosts, 1000, TimeSpan.FromSeconds(5), (_, _) => throw new InvalidOperationException("looked up"));
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => fetcher.FetchAsync(url, Stop));
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("192.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1::1")]
    [InlineData("2001:db8::1")]
    public async Task A_name_that_leads_into_a_private_network_is_refused(string address)
    {
        using UrlFetcher fetcher = new(Hosts, 1000, TimeSpan.FromSeconds(5), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14"), IPAddress.Parse(address)]));
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => fetcher.FetchAsync("http://example.org/a.jpg", Stop));
        Assert.Contains("leads to an address in a private or local network", refused.Message, StringComparison.Ordinal);
        Assert.False(UrlRules.IsPublic(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("100.128.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    public void The_internet_is_public(string address) => Assert.True(UrlRules.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task An_address_that_was_named_is_fetched_and_sent_nothing_but_the_request()
    {
        using Answering server = new("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\nimage");
        using UrlFetcher fetcher = new([server.Host], 1000);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("image", Encoding.ASCII.GetString((await fetcher.FetchAsync($"http://{server.Host}/a.jpg", Stop)).Span));
        }
        Assert.All(server.Requests, request =>
        {
            Assert.StartsWith("GET /a.jpg HTTP/1.1\r\n", request, StringComparison.Ordinal);
            Assert.DoesNotContain("Cookie", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Authorization", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task The_connection_is_made_to_the_address_that_was_checked()
    {
        // The name is looked up once; were it looked up again, it would lead elsewhere.
        using Answering server = new("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        int lookups = 0;
        using UrlFetcher fetcher = new([server.Host], 1000, TimeSpan.FromSeconds(5), (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref lookups) == 1 ? IPAddress.Loopback : IPAddress.Parse("10.9.9.9")]));
        Assert.Equal(2, (await fetcher.FetchAsync($"http://{server.Host}/", Stop)).Length);
        Assert.Equal(1, lookups);
        await Assert.ThrowsAsync<ArgumentException>(() => fetcher.FetchAsync($"http://{server.Host}/", Stop));
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://localhost/")]
    [InlineData("http://attacker.example/")]
    [InlineData("//attacker.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://example.org@attacker.example/")]
    public async Task A_redirection_is_checked_like_an_address(string target)
    {
        using Answering server = new($"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
        using UrlFetcher fetcher = new([server.Host], 1000);
        await Assert.ThrowsAsync<ArgumentException>(() => fetcher.FetchAsync($"http://{server.Host}/a", Stop));
    }

    [Fact]
    public async Task Three_redirections_are_followed_and_no_more()
    {
        using Answering endless = new("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        using UrlFetcher fetcher = new([endless.Host], 1000);
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => fetcher.FetchAsync($"http://{endless.Host}/a", Stop));
        Assert.Contains("leads on more than 3 times", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, endless.Requests.Count);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "has more than 1000 bytes")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n#2000", "has more than 1000 bytes")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "is answered with 404")]
    [InlineData("nonsense", "cannot be fetched")]
    public async Task Answers_that_are_no_image_of_bounded_size_are_refused(string answer, string message)
    {
        using Answering server = new(answer.Replace("#2000", new string('x', 2000), StringComparison.Ordinal));
        using UrlFetcher fetcher = new([server.Host], 1000);
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => fetcher.FetchAsync($"http://{server.Host}/a", Stop));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(message.Contains("bytes", StringComparison.Ordinal) ? ImageRefusal.TooManyBytes : ImageRefusal.None, ImageRefusals.Of(refused));
    }

    [Fact]
    public async Task A_host_that_never_answers_is_given_up()
    {
        using Answering server = new("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nbegun");
        using UrlFetcher fetcher = new([server.Host], 1000, TimeSpan.FromMilliseconds(200), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        server.KeepOpen = true;
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => fetcher.FetchAsync($"http://{server.Host}/a", Stop));
        Assert.Contains("takes longer than 0.2 s", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.*")]
    [InlineData("http://example.org")]
    [InlineData("example.org/path")]
    [InlineData("a@example.org")]
    [InlineData("*.192.0.2.1")]
    [InlineData("ex*mple.org")]
    public void A_list_of_hosts_names_hosts(string host) => Assert.Throws<ArgumentException>(() => new UrlFetcher([host], 1000).Dispose());

    private static readonly string[] Hosts = ["example.org", "*.photos.example", "cdn.example:8443", "192.0.2.7"];

    private static UrlRules Rules => new(Hosts);

    /// <summary>A server on a port that the system chooses, which answers every request in the same way.</summary>
    private sealed class Answering : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();

        public Answering(string answer)
        {
            _listener.Start();
            _ = Task.Run(() => ServeAsync(answer));
        }

        public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public List<string> Requests { get; } = [];

        public bool KeepOpen { get; set; }

        public void Dispose()
        {
            _end.Cancel();
            _listener.Dispose();
        }

        private async Task ServeAsync(string answer)
        {
            while (!_end.IsCancellationRequested)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                byte[] request = new byte[4096];
                int read = await client.GetStream().ReadAsync(request, _end.Token);
                Requests.Add(Encoding.ASCII.GetString(request, 0, read));
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), _end.Token);
                if (KeepOpen)
                {
                    await Task.Delay(Timeout.Infinite, _end.Token);
                }
            }
        }
    }
}
