using System.Text.Json;
using Semblance.Index;

namespace Semblance.Serving.Stores;

/// <summary>Which items a search may return; all of its conditions hold together.</summary>
public sealed record ItemFilter
{
    /// <summary>The item has each of these tags.</summary>
    public IReadOnlyList<string> AllTags { get; init; } = [];

    /// <summary>The item has one of these tags, unless the list is empty.</summary>
    public IReadOnlyList<string> AnyTags { get; init; } = [];

    /// <summary>The item has none of these tags.</summary>
    public IReadOnlyList<string> NoTags { get; init; } = [];

    /// <summary>The item's payload contains this JSON, as <see cref="JsonContainment"/> defines it; null for any payload.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>The conditions on tags; null for none.</summary>
    /// <exception cref="ArgumentException">A tag is empty.</exception>
    public Filter? Tags()
    {
        Filter?[] parts =
        [
            AllTags.Count > 0 ? Filter.All([.. AllTags]) : null,
            AnyTags.Count > 0 ? Filter.Any([.. AnyTags]) : null,
            NoTags.Count > 0 ? !Filter.Any([.. NoTags]) : null,
        ];
        return parts.Aggregate((left, right) => left is null ? right : right is null ? left : left & right);
    }

    /// <summary>The condition on the payload; null for none.</summary>
    public Func<Item, bool>? Where() => Payload is not { } wanted ? null : item =>
    {
        if (item.Payload is not { } payload)
        {
            return false;
        }
        using JsonDocument document = JsonDocument.Parse(payload);
        return JsonContainment.Contains(document.RootElement, wanted);
    };
}
