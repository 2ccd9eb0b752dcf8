using System.Numerics;
using Semblance.Index.Searching;

namespace Semblance.Index.Planning;

/// <summary>Searches that cost about the same, for which costs are remembered together.</summary>
/// <param name="Within">Whether all within a radius are wanted, not the nearest.</param>
/// <param name="Size">The radius, or the bits of k.</param>
/// <param name="Queries">Whether there is one query (0), a few (1) or a batch for bit planes (2).</param>
/// <param name="Filtered">Whether only some rows may be results.</param>
internal readonly record struct SearchKind(bool Within, int Size, int Queries, bool Filtered)
{
    /// <summary>The kind of a search.</summary>
    public static SearchKind Of(Reach reach, int queries, RowFilter filter)
    {
        bool within = reach.Most == int.MaxValue;
        int size = within ? reach.Limit - 1 : BitOperations.Log2((uint)reach.Most);
        return new SearchKind(within, size, queries <= 1 ? 0 : queries < Planner.QueriesForPlanes ? 1 : 2, filter != default);
    }
}
