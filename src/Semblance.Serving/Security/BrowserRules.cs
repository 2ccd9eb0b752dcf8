using System.Net;
using Microsoft.AspNetCore.Http;

namespace Semblance.Serving.Security;

/// <summary>What browsers are not allowed to do in the name of whoever looks at another page.</summary>
internal static class BrowserRules
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];

    /// <summary>Refuses a name that is not this machine's: a page elsewhere can make its own name lead here, and would then read the answers (DNS rebinding).</summary>
    public static void RequireHost(HttpRequest request, IReadOnlyList<string> allowed)
    {
        string host = request.Host.Host;
        if (!IsLoopbackName(host) && !allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            throw new AccessDeniedException(StatusCodes.Status421MisdirectedRequest, $"the request is for the host \"{SafeText.Line(host)}\"; a service without API keys answers to names of this machine only. Ask for localhost, or configure keys.");
        }
    }

    /// <summary>Refuses what a proxy passes on: whoever asks it need not be on this machine.</summary>
    public static void RequireNoProxy(HttpRequest request)
    {
        if (ProxyHeaders.FirstOrDefault(request.Headers.ContainsKey) is { } header)
        {
            throw new AccessDeniedException(StatusCodes.Status403Forbidden, $"the request came through a proxy (header {header}), and no API keys are configured. Start the service with --keys.");
        }
    }

    /// <summary>Refuses requests that a browser sends for a page of another site, unless they only fetch.</summary>
    public static void RequireSameSite(HttpRequest request, IReadOnlyList<string> origins)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return;
        }
        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        bool foreign = site.Length > 0 ? site is not ("same-origin" or "none") : origin.Length > 0 && !IsOwn(origin, request.Host);
        if (foreign)
        {
            throw new AccessDeniedException(StatusCodes.Status403Forbidden, $"a page of another site ({SafeText.Line(origin.Length > 0 ? origin : site)}) sends this request; its origin is not allowed. Send it from the service's own page or from a program.");
        }
    }

    /// <summary>Whether a host is a name of this machine to itself.</summary>
    public static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Proxies that end TLS change the scheme, so that only host and port count.</summary>
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Host.Trim('[', ']').Equals(host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && (host.Port is { } port ? uri.Port == port : uri.IsDefaultPort);
}
