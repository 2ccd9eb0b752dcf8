using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>Spoils requests, the same way for the same seed.</summary>
internal sealed class RequestMutator(Random random)
{
    private static readonly string[] OddTexts =
    [
        "", " ", "0", "-1", "1", "2147483648", "-9223372036854775808", "1e999", "NaN", "0x10", "1,5", "٣", "true", "null", "[]", "{}", "..", "../../etc/passwd", "/", "\\", "a/../b", "%", "%00", "%2e%2e%2f", "\0", "\r\nX: y",
        "ﬀ", "é", "\u202e", "😀", "'", "\"", "<script>", "$(id)", "' or 1=1 --", "0,0,1,1", "0.5,0.5,2,2", "-1,0,1,1", "NaN,0,1,1", new string('a', 5000), new string('9', 400),
    ];

    private static readonly string[] MediaTypes =
        ["application/json", "application/json; charset=utf-16", "application/json; charset=nonsense", "text/plain", "text/html", "image/png", "image/svg+xml", "image/*", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "", "nonsense", "a/b; c", "application/octet-stream"];

    private static readonly string[] OddHeaders =
        ["Range: bytes=0-0", "Range: bytes=9-1", "If-None-Match: *", "If-Modified-Since: yesterday", "Accept: text/html;q=nonsense", "Accept-Encoding: br;q=2, *", "X-Request-Id: \u00ff\u0001", "X-Request-Id: a b", "Authorization: Bearer", "Authorization: Basic Og==", "X-Api-Key: ", "Origin: null", "Content-Encoding: gzip", "Cookie: a", "Referer: \\\\", "Forwarded: for=\"_x\"", "X-Forwarded-For: 1.2.3.4.5"];

    /// <summary>One to three things of a request changed.</summary>
    public FuzzRequest Mutate(FuzzRequest request)
    {
        FuzzRequest mutated = request.Copy();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            mutated = random.Next(10) switch
            {
                0 => mutated with { Method = Pick(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"]) },
                1 => mutated with { Path = SpoilPath(mutated.Path) },
                2 or 3 => SpoilQuery(mutated),
                4 => With(mutated, one => one.Headers.Add(Pick(OddHeaders))),
                5 => With(mutated, one => one.MediaType = Pick(MediaTypes)),
                6 => With(mutated, one => one.Body = SpoilBytes(one.Body)),
                _ => With(mutated, one => one.Body = IsJson(one) ? SpoilJson(one.Body) : SpoilBytes(one.Body)),
            };
        }
        return mutated;
    }

    /// <summary>Some bytes of a request as it travels changed, taken out, doubled or cut.</summary>
    public byte[] SpoilBytes(byte[] bytes)
    {
        List<byte> spoilt = [.. bytes];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(spoilt.Count + 1);
            int length = Math.Min(random.Next(1, 20), spoilt.Count - at);
            switch (random.Next(5))
            {
                case 0 when at < spoilt.Count:
                    spoilt[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    spoilt.RemoveRange(at, length);
                    break;
                case 2:
                    spoilt.InsertRange(at, spoilt.GetRange(at, length));
                    break;
                case 3:
                    spoilt.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    spoilt.RemoveRange(at, random.Next(4) == 0 ? spoilt.Count - at : 0);
                    break;
            }
        }
        return [.. spoilt];
    }

    private static bool IsJson(FuzzRequest request) => request.MediaType?.StartsWith("application/json", StringComparison.Ordinal) == true;

    private static FuzzRequest With(FuzzRequest request, Action<FuzzRequest> change)
    {
        change(request);
        return request;
    }

    private string SpoilPath(string path) => random.Next(4) switch
    {
        0 => path + "/",
        1 => path + "/" + Uri.EscapeDataString(Pick(OddTexts)),
        2 => path.ToUpperInvariant(),
        _ => path.Replace("/v1", Pick(["", "/v2", "//v1", "/v1/.", "/%76%31"]), StringComparison.Ordinal) is { Length: > 0 } other ? other : "/",
    };

    private FuzzRequest SpoilQuery(FuzzRequest request)
    {
        int at = request.Query.Count == 0 ? -1 : random.Next(request.Query.Count);
        switch (random.Next(4))
        {
            case 0 when at >= 0:
                request.Query.RemoveAt(at);
                break;
            case 1 when at >= 0:
                request.Query.Add(request.Query[at]);
                break;
            case 2:
                request.Query.Add((Pick(["k", "radius", "id", "limit", "size", "nonsense", "K"]), Pick(OddTexts)));
                break;
            default:
                if (at >= 0)
                {
                    request.Query[at] = (request.Query[at].Name, Pick(OddTexts));
                }
                break;
        }
        return request;
    }

    private byte[] SpoilJson(byte[] body)
    {
        try
        {
            return random.Next(12) == 0 ? Deep() : random.Next(12) == 0 ? HalfCharacter(body) : Encoding.UTF8.GetBytes(Spoil(JsonNode.Parse(body), 0)?.ToJsonString() ?? "null");
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            return SpoilBytes(body); // It was spoilt before.
        }
    }

    /// <summary>A text that is sound JSON and no Unicode.</summary>
    private byte[] HalfCharacter(byte[] body)
    {
        int[] quotes = [.. Enumerable.Range(0, body.Length).Where(i => body[i] == '"')];
        int at = quotes.Length == 0 ? 0 : Pick(quotes) + 1;
        return [.. body[..at], .. Encoding.ASCII.GetBytes(Pick(["\\ud800", "\\udfff\\ud800", "\\u0000", "\\ufffe"])), .. body[at..]];
    }

    private byte[] Deep()
    {
        int depth = random.Next(10, 3000);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"code\":{new string('[', depth)}{new string(']', depth)}}}"));
    }

    private JsonNode? Spoil(JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject members when members.Count > 0 && random.Next(4) > 0:
                return SpoilMember(members, depth);
            case JsonArray elements when elements.Count > 0 && random.Next(4) > 0:
                return new JsonArray([.. elements.Select(element => random.Next(2) == 0 ? Spoil(element, depth + 1) : element?.DeepClone())]);
            default:
                return OddValue();
        }
    }

    private JsonObject SpoilMember(JsonObject members, int depth)
    {
        JsonObject copy = members.DeepClone().AsObject();
        string name = copy.ElementAt(random.Next(copy.Count)).Key;
        switch (random.Next(5))
        {
            case 0:
                copy.Remove(name);
                break;
            case 1:
                copy[Pick(["k", "radius", "filter", "id", "unknown", name.ToUpperInvariant()])] = OddValue();
                break;
            default:
                JsonNode? inner = Spoil(copy[name], depth + 1);
                copy[name] = inner;
                break;
        }
        return copy;
    }

    private JsonNode? OddValue() => random.Next(8) switch
    {
        0 => null,
        1 => random.Next(-2, 3),
        2 => long.MaxValue,
        3 => 1e300,
        4 => random.Next(2) == 0,
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => (JsonNode)Pick(OddTexts))]),
        6 => new JsonObject { [Pick(OddTexts)] = Pick(OddTexts) },
        _ => Pick(OddTexts),
    };

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
