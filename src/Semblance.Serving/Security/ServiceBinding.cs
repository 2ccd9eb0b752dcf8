using System.Net;

namespace Semblance.Serving.Security;

/// <summary>Where a service may listen.</summary>
public static class ServiceBinding
{
    /// <summary>Refuses addresses that other machines reach while no API keys are configured.</summary>
    /// <param name="addresses">As Kestrel takes them, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="keys">The keys; null for none.</param>
    /// <returns>Warnings, each a sentence.</returns>
    /// <exception cref="ArgumentException">Such an address without keys, or no address at all.</exception>
    public static IReadOnlyList<string> Require(IEnumerable<string> addresses, ApiKeys? keys)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        List<string> warnings = [];
        foreach (string address in addresses.Where(address => !IsLoopback(address)))
        {
            if (keys is null)
            {
                throw new ArgumentException($"{address} can be reached from other machines, and no API keys are configured. Make one with 'semblance keys add NAME --scope read --keys keys.json' and add --keys keys.json, or listen on 127.0.0.1.");
            }
            if (address.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            {
                warnings.Add($"{address} is plain HTTP: API keys and images can be read on their way. Use it behind a proxy that ends TLS, or configure a certificate (docs/security.md).");
            }
        }
        if (keys is { Count: 0 })
        {
            warnings.Add("the file of API keys holds no key, so that nobody is let in. Make one with 'semblance keys add'.");
        }
        return warnings;
    }

    /// <summary>Refuses an address that other machines reach while no API keys are configured.</summary>
    /// <param name="host">The address to listen at.</param>
    /// <param name="port">The port.</param>
    /// <param name="keys">The keys; null for none.</param>
    /// <returns>Warnings, each a sentence.</returns>
    /// <exception cref="ArgumentException">Such an address without keys.</exception>
    public static IReadOnlyList<string> Require(IPAddress host, int port, ApiKeys? keys)
    {
        ArgumentNullException.ThrowIfNull(host);
        return Require([$"http://{new IPEndPoint(host, port)}"], keys);
    }

    private static bool IsLoopback(string address)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? address : address[(scheme + 3)..];
        if (rest.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        string authority = rest.Split('/')[0];
        int colon = authority.LastIndexOf(':');
        string host = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
        return BrowserRules.IsLoopbackName(host);
    }
}
