namespace Semblance.Index.Searching;

/// <summary>A pass of some queries over rows, run after run in ascending order. Belongs to one thread.</summary>
/// <param name="codes">The codes.</param>
/// <param name="queries">The queries.</param>
/// <param name="nearest">What each query has found.</param>
internal abstract class Sweep(Codes codes, Codes queries, NearestRows[] nearest)
{
    /// <summary>The codes.</summary>
    protected Codes Codes => codes;

    /// <summary>The queries.</summary>
    protected Codes Queries => queries;

    /// <summary>What each query has found.</summary>
    protected NearestRows[] Nearest => nearest;

    /// <summary>Meets the rows from <paramref name="start"/> on with every query.</summary>
    public abstract void Cover(int start, int count);
}
