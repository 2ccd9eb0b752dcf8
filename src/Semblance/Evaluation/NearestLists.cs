namespace Semblance.Evaluation;

/// <summary>The rows that each query is most like, in order; of equal scores the lower row comes first.</summary>
/// <remarks>Rows that a query may not find (itself in leave-one-out, its copies) are not in its list. Memory: 8 bytes an entry, 16 while they are found.</remarks>
public sealed class NearestLists
{
    private readonly int[] _rows;
    private readonly float[] _scores;

    private NearestLists(int queries, int length)
    {
        (Queries, Length) = (queries, length);
        _rows = new int[checked(queries * length)];
        _scores = new float[_rows.Length];
    }

    /// <summary>Number of queries.</summary>
    public int Queries { get; }

    /// <summary>Entries of a list; a list with fewer rows ends with -1.</summary>
    public int Length { get; }

    /// <summary>The rows of a query, most similar first.</summary>
    public ReadOnlySpan<int> Rows(int query) => _rows.AsSpan(query * Length, Length)[..Found(query)];

    /// <summary>Their scores.</summary>
    public ReadOnlySpan<float> Scores(int query) => _scores.AsSpan(query * Length, Length)[..Found(query)];

    /// <summary>Finds them, exactly.</summary>
    /// <param name="sides">Who asks what.</param>
    /// <param name="count">Rows a query; above 0. Where the gallery has fewer, all of them.</param>
    /// <param name="options">Similarity, threads and memory limit; the lists themselves count.</param>
    /// <exception cref="ArgumentException">An embedding is not finite, or the memory limit is too low for the lists and one block of rows.</exception>
    public static NearestLists Of(RetrievalSides sides, int count, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= new RetrievalOptions();
        int length = Math.Min(count, sides.Gallery.Count), threads = options.Parallel.MaxDegreeOfParallelism, queries = sides.Queries.Count;
        long lists = 8L * length * queries, each = TopRows.Bytes(length);
        if (lists >= options.MemoryLimit)
        {
            throw new ArgumentException($"the memory limit is {options.MemoryLimit >> 20} MiB; the {length} nearest of {queries} queries take {lists >> 20} MiB. Raise the limit, or ask for fewer.");
        }

        StreamedSides streamed = new(sides, options.Similarity, StreamPlan.Of(sides, each * queries, each, threads, options.MemoryLimit - lists), threads);
        NearestLists found = new(queries, length);
        foreach ((int first, int group) in streamed.Groups())
        {
            TopRows[] tops = [.. Enumerable.Range(0, group).Select(_ => new TopRows(length))];
            streamed.Pass(streamed.Queries(first, group), first, (query, scores, row) => tops[query - first].Add(scores, row));
            Parallel.For(0, group, options.Parallel, i => tops[i].CopyTo(found._rows.AsSpan((first + i) * length, length), found._scores.AsSpan((first + i) * length, length)));
        }

        return found;
    }

    private int Found(int query)
    {
        int end = _rows.AsSpan(query * Length, Length).IndexOf(-1);
        return end < 0 ? Length : end;
    }
}
