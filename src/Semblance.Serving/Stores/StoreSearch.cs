using Semblance.Index;

namespace Semblance.Serving.Stores;

/// <summary>What a search shall find: the nearest <see cref="K"/>, or all within <see cref="Radius"/>.</summary>
public sealed record StoreSearch
{
    /// <summary>The most items of an answer. With a radius the nearest of them.</summary>
    public required int K { get; init => field = value >= 1 ? value : throw new ArgumentException($"k is {value}; at least 1 is needed."); }

    /// <summary>The largest Hamming distance; null for any.</summary>
    public int? Radius { get; init => field = value is null or >= 0 ? value : throw new ArgumentException($"radius is {value}; 0 (equal codes) or more is needed."); }

    /// <summary>Only items that it accepts; null for all.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Whether the items' codes, tags and payloads are wanted.</summary>
    public bool Items { get; init; } = true;

    /// <summary>Whether an answer without the parts of the store that cannot be reached is better than none; it is then marked by <see cref="StoreAnswer.Missing"/>.</summary>
    public bool Partial { get; init; }

    /// <summary>Whether an index that may miss items may be used, where the store has one. False searches exactly.</summary>
    public bool Approximate { get; init; }

    /// <summary>Candidates that an approximate search keeps (HNSW's ef), 1 to 1,000: more find more and take longer; null for 100. At least <see cref="K"/> are kept, as far as the store can.</summary>
    public int? EfSearch { get; init => field = value is null or (>= 1 and <= 1000) ? value : throw new ArgumentException($"efSearch is {value}; 1 to 1000 is needed."); }
}

/// <summary>What a search found.</summary>
/// <param name="Matches">Ordered by (distance, id).</param>
public sealed record StoreAnswer(IReadOnlyList<ItemMatch> Matches)
{
    /// <summary>What could not be searched, in words; null where all was.</summary>
    public string? Missing { get; init; }
}

/// <summary>What a store holds.</summary>
/// <param name="Items">Number of items.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Ids">What the ids are.</param>
/// <param name="Engine">What searches: "index" or "postgres", with details in words.</param>
public sealed record StoreInfo(long Items, int Bits, IdKind Ids, string Engine)
{
    /// <summary>Bytes on the disk; null where unknown.</summary>
    public long? Bytes { get; init; }

    /// <summary>What is wrong although it works, in words; null for nothing.</summary>
    public string? Warning { get; init; }
}
