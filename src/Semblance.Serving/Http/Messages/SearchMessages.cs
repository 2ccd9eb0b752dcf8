using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http.Messages;

/// <summary>What every search may say: how many, how far, which.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal record SearchRequest
{
    /// <summary>The most hits; 10 unless it is given, and with a radius as many as the server allows.</summary>
    [Range(1, int.MaxValue)]
    public int? K { get; init; }

    /// <summary>Only items within this Hamming distance; 0 finds equal codes.</summary>
    [Range(0, int.MaxValue)]
    public int? Radius { get; init; }

    /// <summary>Only items that it accepts.</summary>
    public FilterMessage? Filter { get; init; }

    /// <summary>Whether an answer without the parts of the store that cannot be reached is better than none; "missing" then says what was not searched.</summary>
    public bool Partial { get; init; }

    /// <summary>Whether an index that may miss items may be used, where the store has one.</summary>
    public bool Approximate { get; init; }

    /// <summary>Candidates that such an index keeps, 100 unless it is given: more find more and take longer.</summary>
    [Range(1, 1000)]
    public int? EfSearch { get; init; }
}

/// <summary>A search with a code.</summary>
internal sealed record CodeSearchRequest : SearchRequest
{
    /// <summary>The code: hexadecimal, the first byte first.</summary>
    public required string Code { get; init; }
}

/// <summary>A search for items like one that is there; the item itself is not among the hits.</summary>
internal sealed record IdSearchRequest : SearchRequest
{
    /// <summary>The id of the item.</summary>
    public required string Id { get; init; }
}

/// <summary>What goes with an image to search with.</summary>
internal sealed record ImageSearchRequest : SearchRequest
{
    /// <summary>The part of the image to look at; all of it unless it is given.</summary>
    public RegionMessage? Region { get; init; }
}

/// <summary>A search with an image of another host.</summary>
internal sealed record UrlSearchRequest : SearchRequest
{
    /// <summary>Where the image is; a host from which this service may fetch.</summary>
    public required string Url { get; init; }

    /// <summary>The part of the image to look at; all of it unless it is given.</summary>
    public RegionMessage? Region { get; init; }
}

/// <summary>Several searches at once.</summary>
internal sealed record BatchSearchRequest : SearchRequest
{
    /// <summary>What to search with, each a code or an id.</summary>
    public required IReadOnlyList<QueryMessage> Queries { get; init; }
}

/// <summary>What to search with: a code or an id.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QueryMessage
{
    /// <summary>A code: hexadecimal, the first byte first.</summary>
    public string? Code { get; init; }

    /// <summary>The id of an item.</summary>
    public string? Id { get; init; }
}

/// <summary>A part of an image, as shares of its upright width and height.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record RegionMessage
{
    /// <summary>Left edge, 0 to 1.</summary>
    public required double X { get; init; }

    /// <summary>Upper edge, 0 to 1.</summary>
    public required double Y { get; init; }

    /// <summary>Width, above 0.</summary>
    public required double Width { get; init; }

    /// <summary>Height, above 0.</summary>
    public required double Height { get; init; }
}

/// <summary>Which items a search may return; all of its conditions hold together.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FilterMessage
{
    /// <summary>The item has each of these tags.</summary>
    public IReadOnlyList<string>? AllTags { get; init; }

    /// <summary>The item has one of these tags.</summary>
    public IReadOnlyList<string>? AnyTags { get; init; }

    /// <summary>The item has none of these tags.</summary>
    public IReadOnlyList<string>? NoTags { get; init; }

    /// <summary>The item's payload contains this JSON, as PostgreSQL's operator @> defines it.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>The filter as a store takes it.</summary>
    public ItemFilter ToFilter() => new() { AllTags = AllTags ?? [], AnyTags = AnyTags ?? [], NoTags = NoTags ?? [], Payload = Payload };
}

/// <summary>What a search found.</summary>
internal sealed record SearchResponse
{
    /// <summary>The items, nearest first; equal distances in the order of their ids.</summary>
    public required IReadOnlyList<HitMessage> Hits { get; init; }

    /// <summary>The most hits that were looked for.</summary>
    public required int K { get; init; }

    /// <summary>The largest distance that was looked for.</summary>
    public int? Radius { get; init; }

    /// <summary>What could not be searched; null where all was.</summary>
    public string? Missing { get; init; }

    /// <summary>Milliseconds that the server took.</summary>
    public required double TookMs { get; init; }

    /// <summary>What was searched with.</summary>
    public required QueryCodeMessage Query { get; init; }
}

/// <summary>What was searched with.</summary>
/// <param name="Code">The code: hexadecimal, the first byte first.</param>
internal sealed record QueryCodeMessage(string Code);

/// <summary>An item that was found.</summary>
internal sealed record HitMessage
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The number of bits in which its code differs.</summary>
    public required int Distance { get; init; }

    /// <summary>Its code: hexadecimal, the first byte first.</summary>
    public required string Code { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The JSON that is kept with it.</summary>
    public RawJson? Payload { get; init; }

    /// <summary>Whether the server has its image.</summary>
    public required bool Image { get; init; }
}

/// <summary>What several searches found.</summary>
/// <param name="Results">An answer a query, in their order.</param>
internal sealed record BatchSearchResponse(IReadOnlyList<SearchResponse> Results);
