using System.Net;
using System.Net.Sockets;

namespace Semblance.Serving.Security;

/// <summary>Which addresses a service may fetch images from.</summary>
/// <param name="hosts">Names, exact or with a leading <c>*.</c> for all names below one, or addresses; with <c>:PORT</c> where the port is not the standard one.</param>
internal sealed class UrlRules(IReadOnlyList<string> hosts)
{
    private readonly Entry[] _entries = [.. hosts.Select(Read)];

    /// <summary>Refuses what is not allowed, without looking the name up.</summary>
    /// <param name="text">The address as it was sent.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">It is not allowed.</exception>
    public Uri Require(string text)
    {
        if (text.Length > 4096 || text.Any(char.IsControl) || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? url))
        {
            throw new ArgumentException($"\"{SafeText.Line(text)}\" is no address of an image; one such as https://example.org/image.jpg is needed.");
        }
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
        {
            throw new ArgumentException($"{SafeText.Line(url.Scheme)} addresses are not fetched; http and https are.");
        }
        if (url.UserInfo.Length > 0)
        {
            throw new ArgumentException("the address has a user name or password in it, which are not sent. Leave them out.");
        }
        return Find(url) is not null ? url : throw new ArgumentException($"the host {SafeText.Line(url.Authority)} is not among those that images may be fetched from. Ask whoever runs the service, or send the image itself.");
    }

    /// <summary>Whether a connection may be made to an address that the name of a host was found to have.</summary>
    /// <param name="url">An address that is allowed.</param>
    /// <param name="address">What its name resolved to.</param>
    public bool Allows(Uri url, IPAddress address) => IsPublic(address) || Find(url) is { Address: { } named } && named.Equals(Plain(address));

    /// <summary>Whether an address is on the internet: not this machine, a private, local, shared, multicast, test or reserved network.</summary>
    public static bool IsPublic(IPAddress address)
    {
        IPAddress plain = Plain(address);
        return plain.AddressFamily == AddressFamily.InterNetwork ? IsPublic4(plain.GetAddressBytes()) : IsPublic6(plain.GetAddressBytes());
    }

    private static bool IsPublic4(byte[] bytes) => bytes switch
    {
        [0 or 10 or 127, ..] => false,
        [100, >= 64 and <= 127, ..] => false,
        [169, 254, ..] => false,
        [172, >= 16 and <= 31, ..] => false,
        [192, 168, ..] => false,
        [192, 0, 0 or 2, _] => false,
        [192, 88, 99, _] => false,
        [198, 18 or 19, ..] => false,
        [198, 51, 100, _] => false,
        [203, 0, 113, _] => false,
        [>= 224, ..] => false,
        _ => true,
    };

    /// <summary>Of the networks of IPv6 only those in use for the internet (2000::/3), without those that carry IPv4 addresses within or are for documents.</summary>
    private static bool IsPublic6(byte[] bytes) => bytes switch
    {
        [0x20, 0x01, 0x00 or 0x01, ..] => false,
        [0x20, 0x01, 0x0D, 0xB8, ..] => false,
        [0x20, 0x02, ..] => false,
        [0x3F, 0xFF, ..] => false,
        [>= 0x20 and <= 0x3F, ..] => true,
        _ => false,
    };

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private Entry? Find(Uri url)
    {
        string host = url.IdnHost.TrimEnd('.').Trim('[', ']');
        IPAddress? literal = IPAddress.TryParse(host, out IPAddress? address) ? Plain(address) : null;
        return Array.Find(_entries, entry => entry.Port is { } port ? url.Port == port && Matches(entry, host, literal) : url.IsDefaultPort && Matches(entry, host, literal));
    }

    private static bool Matches(Entry entry, string host, IPAddress? literal) =>
        literal is not null ? entry.Address is { } named && named.Equals(literal)
        : entry.Below ? host.EndsWith("." + entry.Host, StringComparison.OrdinalIgnoreCase)
        : host.Equals(entry.Host, StringComparison.OrdinalIgnoreCase);

    private static Entry Read(string text)
    {
        bool below = text.StartsWith("*.", StringComparison.Ordinal);
        string rest = below ? text[2..] : text;
        if (rest.Contains("://", StringComparison.Ordinal) || rest.Contains('/', StringComparison.Ordinal) || rest.Contains('*', StringComparison.Ordinal)
            || !Uri.TryCreate("http://" + rest, UriKind.Absolute, out Uri? url) || url.UserInfo.Length > 0 || url.Host.Length == 0)
        {
            throw new ArgumentException($"\"{SafeText.Line(text)}\" names no host that images may be fetched from; example.org, *.example.org, example.org:8443 or 192.0.2.7 would.");
        }
        int? port = rest.EndsWith($":{url.Port}", StringComparison.Ordinal) ? url.Port : null;
        string host = url.IdnHost.TrimEnd('.').Trim('[', ']');
        IPAddress? address = IPAddress.TryParse(host, out IPAddress? parsed) ? Plain(parsed) : null;
        return address is not null && below
            ? throw new ArgumentException($"\"{SafeText.Line(text)}\" is no name; *. stands before names only.")
            : new Entry(host, below, port, address);
    }

    private sealed record Entry(string Host, bool Below, int? Port, IPAddress? Address);
}
