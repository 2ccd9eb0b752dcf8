namespace Semblance.Index.Searching;

/// <summary>What a search wants: how many rows, and how near.</summary>
/// <param name="Most">Rows that are wanted at most; <see cref="int.MaxValue"/> for all that are near enough.</param>
/// <param name="Limit">Rows at this distance or farther are not wanted.</param>
/// <param name="KeepTies">Whether rows at the distance of the last wanted one are wanted too, however many.</param>
internal readonly record struct Reach(int Most, int Limit, bool KeepTies = false)
{
    /// <summary>The k nearest of codes of some length.</summary>
    public static Reach Nearest(int k, int bits, bool keepTies)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return new Reach(k, bits + 1, keepTies);
    }

    /// <summary>All within a radius.</summary>
    public static Reach Within(int radius, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        return new Reach(int.MaxValue, Math.Min(radius, bits) + 1);
    }
}
