using System.Diagnostics;
using Semblance.Index;
using Semblance.Serving.Http.Messages;
using Semblance.Serving.Http.Metrics;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>Runs the searches of requests.</summary>
internal static class Searching
{
    private const int UsualK = 10;

    /// <summary>Finds items near a code.</summary>
    /// <param name="service">Where.</param>
    /// <param name="code">The code.</param>
    /// <param name="request">How many, how far, which.</param>
    /// <param name="except">The item that was searched with, which is no answer; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<SearchResponse> FindAsync(SearchService service, ulong[] code, SearchRequest request, ItemId? except, CancellationToken cancellation) =>
        (await FindAllAsync(service, new Codes(service.Store.Bits, code), [except], request, cancellation).ConfigureAwait(false))[0];

    /// <summary>Finds items near each of some codes.</summary>
    public static async Task<SearchResponse[]> FindAllAsync(SearchService service, Codes codes, ItemId?[] except, SearchRequest request, CancellationToken cancellation)
    {
        int k = CheckedK(service.Options, request);
        if ((long)k * codes.Count > service.Options.MaxHits)
        {
            throw new ArgumentException($"the batch asks for {k} hits of each of {codes.Count} queries; {service.Options.MaxHits} in all are allowed. Give a smaller k, or send fewer queries at once.");
        }
        StoreSearch search = new()
        {
            K = Array.Exists(except, id => id is not null) ? k + 1 : k,
            Radius = request.Radius,
            Filter = request.Filter?.ToFilter(),
            Partial = request.Partial,
            Approximate = request.Approximate,
            EfSearch = request.EfSearch,
        };
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<StoreAnswer> answers;
        using (Activity? activity = ServiceMetrics.Traces.StartActivity("search"))
        {
            activity?.SetTag("semblance.k", k).SetTag("semblance.queries", codes.Count);
            answers = await service.Store.SearchAsync(codes, search, cancellation).ConfigureAwait(false);
        }
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        SearchResponse[] responses = new SearchResponse[answers.Count];
        for (int i = 0; i < responses.Length; i++)
        {
            HitMessage[] hits = Hits(service, answers[i], except[i], k);
            service.Metrics.Searched(hits.Length, took / responses.Length);
            responses[i] = new SearchResponse { Hits = hits, K = k, Radius = request.Radius, Missing = answers[i].Missing, TookMs = Math.Round(took.TotalMilliseconds, 3), Query = new QueryCodeMessage(ItemText.Of(codes[i], codes.Bits)) };
        }
        return responses;
    }

    /// <summary>How many hits a request asks for.</summary>
    /// <exception cref="ArgumentException">It asks for none, for too many, or within a negative radius.</exception>
    public static int CheckedK(SearchServiceOptions options, SearchRequest request)
    {
        int k = request.K ?? (request.Radius is null ? Math.Min(UsualK, options.MaxK) : options.MaxK);
        return k < 1 ? throw new ArgumentException($"k is {k}; at least 1 is needed.")
            : k > options.MaxK ? throw new ArgumentException($"k is {k}; this service gives at most {options.MaxK}. Ask for fewer.")
            : request.Radius < 0 ? throw new ArgumentException($"radius is {request.Radius}; 0 (equal codes) or more is needed.")
            : k;
    }

    private static HitMessage[] Hits(SearchService service, StoreAnswer answer, ItemId? except, int k)
    {
        List<HitMessage> hits = new(Math.Min(k, answer.Matches.Count));
        foreach (ItemMatch match in answer.Matches)
        {
            if (hits.Count < k && (except is not { } id || match.Id != id))
            {
                hits.Add(Hit(service, match));
            }
        }
        return [.. hits];
    }

    private static HitMessage Hit(SearchService service, ItemMatch match)
    {
        Item item = match.Item!;
        return new HitMessage
        {
            Id = match.Id.ToString(),
            Distance = match.Distance,
            Code = ItemText.Of(item.Code.Span, service.Store.Bits),
            Tags = item.Tags,
            Payload = item.Payload is { } payload ? new RawJson(payload) : null,
            Image = service.HasImage(match.Id),
        };
    }
}
