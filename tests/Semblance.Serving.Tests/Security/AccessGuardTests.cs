using System.Net;
using Microsoft.AspNetCore.Http;
using Semblance.Serving.Security;
using Xunit;

namespace Semblance.Tests.Serving.Security;

public sealed class AccessGuardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();
    private readonly List<AccessGuard> _guards = [];
    private readonly string _reader;
    private readonly string _writer;

    public AccessGuardTests()
    {
        ApiKeyFile file = new(_folder.File("keys.json"), _clock);
        _reader = file.Add("reader", AccessScope.Read).Text;
        _writer = file.Add("writer", AccessScope.Write).Text;
    }

    [Fact]
    public void Without_a_key_only_what_is_open_is_let_in()
    {
        AccessGuard guard = WithKeys();
        Assert.Null(guard.Admit(Request(), null));
        AccessDeniedException denied = Assert.Throws<AccessDeniedException>(() => guard.Admit(Request(), AccessScope.Read));
        Assert.Equal((401, "Bearer realm=\"semblance\""), (denied.Status, denied.Challenge));
    }

    [Fact]
    public void A_key_is_taken_from_either_header()
    {
        AccessGuard guard = WithKeys();
        Assert.Equal("reader", guard.Admit(Request(("Authorization", $"Bearer {_reader}")), AccessScope.Read)!.Name);
        Assert.Equal("reader", guard.Admit(Request(("Authorization", $"bearer  {_reader}")), AccessScope.Read)!.Name);
        Assert.Equal("writer", guard.Admit(Request(("X-Api-Key", _writer)), AccessScope.Read)!.Name);
        Assert.Equal(401, Status(guard, Request(("Authorization", $"Basic {_reader}")), AccessScope.Read));
    }

    [Fact]
    public void A_key_that_reads_may_not_write()
    {
        AccessGuard guard = WithKeys();
        AccessDeniedException denied = Assert.Throws<AccessDeniedException>(() => guard.Admit(Request(("X-Api-Key", _reader)), AccessScope.Write));
        Assert.Equal(403, denied.Status);
        Assert.Contains("insufficient_scope", denied.Challenge, StringComparison.Ordinal);
        Assert.Equal("writer", guard.Admit(Request(("X-Api-Key", _writer)), AccessScope.Write)!.Name);
    }

    [Fact]
    public void Guessing_keys_is_slowed_down_and_keys_that_work_go_on_working()
    {
        AccessGuard guard = WithKeys();
        string guess = $"smb_00000000_{new string('A', 43)}";
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(401, Status(guard, Request(("X-Api-Key", guess)), AccessScope.Read)));
        AccessDeniedException denied = Assert.Throws<AccessDeniedException>(() => guard.Admit(Request(("X-Api-Key", guess)), AccessScope.Read));
        Assert.Equal(429, denied.Status);
        Assert.True(denied.RetryAfter > TimeSpan.Zero);
        Assert.Equal(401, Status(guard, Request("203.0.113.9", ("X-Api-Key", guess)), AccessScope.Read));
        Assert.NotNull(guard.Admit(Request(("X-Api-Key", _reader)), AccessScope.Read));
    }

    [Fact]
    public void A_key_that_asks_too_often_waits_and_the_others_do_not()
    {
        string slow = new ApiKeyFile(_folder.File("keys.json"), _clock).Add("slow", AccessScope.Read, null, 2).Text;
        AccessGuard guard = WithKeys();
        Assert.Equal([0, 0, 429], Enumerable.Range(0, 3).Select(_ => Status(guard, Request(("X-Api-Key", slow)), AccessScope.Read)));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(0, Status(guard, Request(("X-Api-Key", _reader)), AccessScope.Read)));
    }

    [Fact]
    public void An_address_without_a_key_that_asks_too_often_waits()
    {
        AccessGuard guard = Guard(new AccessOptions { Keys = ApiKeys.Open(_folder.File("keys.json"), _clock), RateWithoutKey = 3 });
        Assert.Equal([0, 0, 0, 429], Enumerable.Range(0, 4).Select(_ => Status(guard, Request(), null)));
        Assert.Equal(0, Status(guard, Request("198.51.100.1"), null));
        // The networks of IPv6 are one caller each.
        Assert.Equal([0, 0, 0, 429], Enumerable.Range(0, 4).Select(i => Status(guard, Request($"2001:db8:1:1::{i + 1}"), null)));
        Assert.Equal(0, Status(guard, Request("2001:db8:1:2::1"), null));
    }

    [Fact]
    public void A_flood_without_keys_does_not_make_the_service_look_ill()
    {
        AccessGuard guard = Guard(new AccessOptions { Keys = ApiKeys.Open(_folder.File("keys.json"), _clock), RateWithoutKey = 3 });
        Assert.Equal([401, 401, 401, 429], Enumerable.Range(0, 4).Select(_ => Status(guard, Request(), AccessScope.Read)));
        Assert.Equal([0, 0, 0, 429], Enumerable.Range(0, 4).Select(_ => Status(guard, Request(), null)));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Null(guard.Admit(Request(), null, isProbe: true)));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-Host", "search.example")]
    [InlineData("X-Real-IP", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    public void Without_keys_what_a_proxy_passes_on_is_refused(string header, string value)
    {
        Assert.Equal(403, Status(Guard(new AccessOptions()), Request((header, value)), AccessScope.Read));
        Assert.Equal(0, Status(WithKeys(), Request((header, value), ("X-Api-Key", _reader)), AccessScope.Read));
    }

    [Fact]
    public void Without_keys_only_this_machine_is_let_in()
    {
        AccessGuard guard = Guard(new AccessOptions());
        Assert.All(["127.0.0.1", "127.5.0.1", "::1", "::ffff:127.0.0.1"], address => Assert.Equal(0, Status(guard, Request(address), AccessScope.Write)));
        Assert.All(["10.0.0.1", "203.0.113.9", "2001:db8::1", "::ffff:10.0.0.1"], address => Assert.Equal(403, Status(guard, Request(address), AccessScope.Read)));
    }

    [Theory]
    [InlineData("localhost:8080", 0)]
    [InlineData("LOCALHOST", 0)]
    [InlineData("127.0.0.1:9000", 0)]
    [InlineData("[::1]:9000", 0)]
    [InlineData("search.example:8080", 0)]
    [InlineData("attacker.example", 421)]
    [InlineData("localhost.attacker.example", 421)]
    [InlineData("127.0.0.1.attacker.example", 421)]
    [InlineData("0.0.0.0", 421)]
    [InlineData("", 421)]
    public void Without_keys_other_names_are_refused_so_that_no_page_can_take_this_machines_place(string host, int status)
    {
        AccessGuard guard = Guard(new AccessOptions { Hosts = ["search.example"] });
        HttpContext request = Request();
        request.Request.Headers.Host = host;
        Assert.Equal(status, Status(guard, request, AccessScope.Read));
    }

    [Theory]
    [InlineData("POST", null, null, 0)]
    [InlineData("POST", "same-origin", "http://localhost:8080", 0)]
    [InlineData("POST", "none", null, 0)]
    [InlineData("POST", "cross-site", "https://attacker.example", 403)]
    [InlineData("POST", "same-site", "http://localhost:3000", 403)]
    [InlineData("POST", null, "https://attacker.example", 403)]
    [InlineData("POST", null, "null", 403)]
    [InlineData("POST", null, "http://localhost:3000", 403)]
    [InlineData("POST", null, "http://localhost:8080", 0)]
    [InlineData("DELETE", "cross-site", "https://attacker.example", 403)]
    [InlineData("PUT", "cross-site", "https://photos.example", 0)]
    [InlineData("GET", "cross-site", null, 0)]
    public void Pages_of_other_sites_may_not_send_what_changes_something(string method, string? site, string? origin, int status)
    {
        AccessGuard guard = Guard(new AccessOptions { Origins = ["https://photos.example"] });
        HttpContext request = Request();
        request.Request.Method = method;
        request.Request.Headers["Sec-Fetch-Site"] = site;
        request.Request.Headers.Origin = origin;
        Assert.Equal(status, Status(guard, request, AccessScope.Write));
    }

    [Fact]
    public void An_application_that_decides_by_itself_still_has_no_writes_from_other_sites()
    {
        AccessGuard guard = Guard(new AccessOptions { DecidedByApplication = true });
        Assert.Equal(0, Status(guard, Request("203.0.113.9"), AccessScope.Write));
        Assert.Equal(403, Status(guard, Request("203.0.113.9", ("Origin", "https://attacker.example")), AccessScope.Write));
    }

    public void Dispose()
    {
        _guards.ForEach(guard => guard.Dispose());
        _folder.Dispose();
    }

    private static int Status(AccessGuard guard, HttpContext request, AccessScope? scope)
    {
        try
        {
            guard.Admit(request, scope);
            return 0;
        }
        catch (AccessDeniedException denied)
        {
            return denied.Status;
        }
    }

    private static HttpContext Request(params (string Name, string Value)[] headers) => Request("127.0.0.1", headers);

    private static HttpContext Request(string address, params (string Name, string Value)[] headers)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "POST";
        context.Request.Headers.Host = "localhost:8080";
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        foreach ((string name, string value) in headers)
        {
            context.Request.Headers[name] = value;
        }
        return context;
    }

    private AccessGuard WithKeys() => Guard(new AccessOptions { Keys = ApiKeys.Open(_folder.File("keys.json"), _clock) });

    private AccessGuard Guard(AccessOptions options)
    {
        AccessGuard guard = new(options);
        _guards.Add(guard);
        return guard;
    }
}
