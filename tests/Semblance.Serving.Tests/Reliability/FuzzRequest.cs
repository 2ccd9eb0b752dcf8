using System.Globalization;
using System.Text;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>A request in its parts, each of which can be spoilt.</summary>
internal sealed record FuzzRequest(string Method, string Path)
{
    /// <summary>Names and values of the query, not escaped.</summary>
    public List<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>The media type; null for no body.</summary>
    public string? MediaType { get; set; }

    /// <summary>The body.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>Further header lines.</summary>
    public List<string> Headers { get; init; } = [];

    /// <summary>A copy whose lists are its own.</summary>
    public FuzzRequest Copy() => this with { Query = [.. Query], Headers = [.. Headers], Body = [.. Body] };

    /// <summary>The request as it travels.</summary>
    public byte[] ToBytes()
    {
        string query = string.Join('&', Query.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"{Method} {Path}{(query.Length > 0 ? "?" : "")}{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (MediaType is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {MediaType}\r\nContent-Length: {Body.Length}\r\n");
        }
        Headers.ForEach(line => head.Append(line).Append("\r\n"));
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. MediaType is null ? [] : Body];
    }
}
