namespace Semblance.Index.Kernels;

/// <summary>A way to count the bits in which codes differ from a query. All kernels give the same; they differ in the instructions that they use.</summary>
public abstract class HammingKernel
{
    /// <summary>The room that <see cref="Select"/> needs in order to get on.</summary>
    internal const int LeastRoom = 32;

    private protected HammingKernel(string name) => Name = name;

    /// <summary>The name by which it is chosen.</summary>
    public string Name { get; }

    /// <summary>Whether batches can be searched bit plane by bit plane with the same instructions.</summary>
    internal virtual bool HasPlanes => false;

    /// <summary>Distances of one query to a run of codes.</summary>
    /// <param name="codes">Words of the codes, row after row.</param>
    /// <param name="query">Words of the query; their number is the number of words of every code.</param>
    /// <param name="distances">Receives one distance a code.</param>
    /// <exception cref="ArgumentException">Not whole rows, or too little room for the distances.</exception>
    public void Distances(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        int rows = Rows(codes, query);
        ArgumentOutOfRangeException.ThrowIfLessThan(distances.Length, rows);
        Measure(codes, query, distances[..rows]);
    }

    /// <summary>Finds the rows nearer than a limit, in ascending order; distances of the others are not stored.</summary>
    /// <param name="codes">Words of the codes, row after row.</param>
    /// <param name="query">Words of the query.</param>
    /// <param name="limit">Rows at this distance or farther are passed over.</param>
    /// <param name="near">Receives rows, counted from the first of <paramref name="codes"/>, and distances; at least <see cref="LeastRoom"/>.</param>
    /// <param name="found">How many were received.</param>
    /// <returns>How many rows were scanned: all, unless <paramref name="near"/> became too full.</returns>
    internal int Select(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, int limit, Span<Neighbour> near, out int found)
    {
        int rows = Rows(codes, query);
        ArgumentOutOfRangeException.ThrowIfLessThan(near.Length, LeastRoom);
        found = 0;
        return limit <= 0 ? rows : SelectNear(codes, query, limit, near, out found);
    }

    private protected abstract void Measure(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances);

    private protected abstract int SelectNear(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, int limit, Span<Neighbour> near, out int found);

    private static int Rows(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query)
    {
        ArgumentOutOfRangeException.ThrowIfZero(query.Length);
        (int rows, int rest) = Math.DivRem(codes.Length, query.Length);
        return rest == 0 ? rows : throw new ArgumentException($"{codes.Length} words are not whole codes of {query.Length} words. Give whole rows.", nameof(codes));
    }
}
