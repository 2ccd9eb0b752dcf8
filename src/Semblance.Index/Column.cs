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

    /// <summary>All values without a check, for callers who <see cref="Require"/> what they read.</summary>
    public ReadOnlySpan<T> Unchecked => values.Span;

    /// <summary>The memory of all values, not checked.</summary>
    public ReadOnlyMemory<T> Memory => values;

    /// <summary>Whether parts of the column have yet to be checked.</summary>
    public bool NeedsChecks => guard is { IsDone: false };

    /// <summary>Some values.</summary>
    /// <exception cref="InvalidDataException">The file that they lie in is damaged there.</exception>
    public ReadOnlySpan<T> Slice(int start, int count)
    {
        Require(start, count);
        return values.Span.Slice(start, count);
    }

    /// <summary>Some values as a column of their own, checked now.</summary>
    /// <exception cref="InvalidDataException">The file that they lie in is damaged there.</exception>
    public Column<T> View(int start, int count)
    {
        Slice(start, count);
        return new Column<T>(values.Slice(start, count));
    }

    /// <summary>Checks some values.</summary>
    /// <exception cref="InvalidDataException">The file that they lie in is damaged there.</exception>
    public unsafe void Require(int start, int count) => guard?.Require((long)start * sizeof(T), (long)count * sizeof(T));
}
