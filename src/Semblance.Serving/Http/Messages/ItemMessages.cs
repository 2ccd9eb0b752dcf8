using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Serving.Http.Messages;

/// <summary>An item.</summary>
internal sealed record ItemMessage
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its code: hexadecimal, the first byte first.</summary>
    public required string Code { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The JSON that is kept with it.</summary>
    public RawJson? Payload { get; init; }

    /// <summary>Whether the server has its image.</summary>
    public required bool Image { get; init; }
}

/// <summary>What is kept with an item.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record ItemDetails
{
    /// <summary>Words to filter by; a repeated one counts once.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Any JSON to keep with it.</summary>
    public JsonElement? Payload { get; init; }
}

/// <summary>An item without its id.</summary>
internal record ItemContent : ItemDetails
{
    /// <summary>Its code: hexadecimal, the first byte first.</summary>
    public required string Code { get; init; }
}

/// <summary>An item to put.</summary>
internal sealed record ItemPut : ItemContent
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
}

/// <summary>Items to put and to delete in one request.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ItemBatchRequest
{
    /// <summary>Items to add, or to replace where their ids are there; all of them or none.</summary>
    public IReadOnlyList<ItemPut>? Upsert { get; init; }

    /// <summary>Ids of items to delete; those that are not there are passed over.</summary>
    public IReadOnlyList<string>? Delete { get; init; }
}

/// <summary>What a batch did.</summary>
/// <param name="Added">Items that are new.</param>
/// <param name="Replaced">Items that replaced others.</param>
/// <param name="Deleted">Items that are gone.</param>
internal sealed record ItemBatchResponse(int Added, int Replaced, int Deleted);

/// <summary>Some items in the order of their ids.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">The "after" of the next request; null where these were the last.</param>
internal sealed record ItemPage(IReadOnlyList<ItemMessage> Items, string? Next);
