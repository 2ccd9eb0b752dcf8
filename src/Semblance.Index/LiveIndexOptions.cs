namespace Semblance.Index;

/// <summary>Settings of a <see cref="LiveIndex"/>.</summary>
public sealed record LiveIndexOptions
{
    /// <summary>Bits of a code. Needed to create an index; when one is opened, 0 takes what it has and another number must agree with it.</summary>
    public int Bits { get; init => field = value is >= 0 and <= Codes.MaxBits ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"Bits must be 1 to {Codes.MaxBits}."); }

    /// <summary>What the ids of a new index are; an index that is opened has its own.</summary>
    public IdKind Ids { get; init; } = IdKind.Number;

    /// <summary>When an acknowledged write is on the disk.</summary>
    public Durability Durability { get; init; } = Durability.EveryCommit;

    /// <summary>Rows in memory at which they are written to a segment.</summary>
    public int MemoryRows { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MemoryRows must be 1 or more."); } = 1 << 18;

    /// <summary>Bytes of the log at which the rows in memory are written to a segment.</summary>
    public long MemoryBytes { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MemoryBytes must be 1 or more."); } = 64 << 20;

    /// <summary>Whether segments are merged in the background as they pile up; otherwise only <see cref="LiveIndex.Compact"/> merges them.</summary>
    public bool AutomaticCompaction { get; init; } = true;

    /// <summary>Whether merges build the tables by which near codes are found without a look at all of them; see <see cref="MultiIndex"/>. They take up to 28 bytes more for a 64-bit code.</summary>
    public bool Tables { get; init; } = true;
}
