namespace Semblance.Index;

/// <summary>A run of values in memory or in a mapped file; a mapped part is checked when it is first touched.</summary>
/// <param name="values">The values.</param>
/// <param name="guard">Checks parts of a mapped file; null for values in memory.</param>
internal sealed class Column<T>(ReadOnlyMemory<T> values, ColumnGuard? guard = null)
    where T : unmanaged
{
    /// <summary>Number of values.</summary>
    public int Length => values.Length;

    /// <summary>All values.</summary>
    public ReadOnlySpan<T> All => Slice(0, values.Length);

    /// <summary>Some values.</summary>
    /// <exception cref="InvalidDataException">The file that they lie in is damaged there.</exception>
    public unsafe ReadOnlySpan<T> Slice(int start, int count)
    {
        guard?.Require((long)start * sizeof(T), (long)count * sizeof(T));
        return values.Span.Slice(start, count);
    }

    /// <summary>Some values as a column of their own, checked now.</summary>
    /// <exception cref="InvalidDataException">The file that they lie in is damaged there.</exception>
    public Column<T> View(int start, int count)
    {
        Slice(start, count);
        return new Column<T>(values.Slice(start, count));
    }
}
