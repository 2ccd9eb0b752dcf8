using Semblance.Index.Kernels;

namespace Semblance.Evaluation;

/// <summary>Some queries on their way through the database.</summary>
internal sealed class HashQueryGroup
{
    private readonly LabelledCodes _queries;
    private readonly int _start;
    private readonly HashEvaluationOptions _options;
    private readonly RankHistogram[] _histograms;
    private readonly int[][] _labels;

    public HashQueryGroup(LabelledCodes queries, int start, int count, HashEvaluationOptions options)
    {
        _queries = queries;
        _start = start;
        _options = options;
        _labels = new int[count][];
        _histograms = new RankHistogram[count];
        for (int i = 0; i < count; i++)
        {
            _labels[i] = [.. queries.Items.Labels[start + i].Distinct()];
            _histograms[i] = new RankHistogram(queries.Codes.Bits, _labels[i].Length);
        }
    }

    /// <summary>Lets every query meet some blocks of the database.</summary>
    public void Add(IReadOnlyList<DatabaseBlock> blocks, Dictionary<int, List<int>> excluded)
    {
        int longest = blocks.Count == 0 ? 0 : blocks.Max(block => block.Count);
        Parallel.For(0, _histograms.Length, _options.Parallel, () => (Distances: new ushort[longest], Grades: new ushort[longest]), (query, _, scratch) =>
        {
            foreach (DatabaseBlock block in blocks)
            {
                Meet(query, block, excluded, scratch.Distances.AsSpan(0, block.Count), scratch.Grades.AsSpan(0, block.Count));
            }

            return scratch;
        }, _ => { });
    }

    /// <summary>The metrics of every query, in order.</summary>
    public HashQueryScores[] Rank(long databaseCount)
    {
        var discounts = new Discounts(checked((int)databaseCount));
        var scores = new HashQueryScores[_histograms.Length];
        Parallel.For(0, scores.Length, _options.Parallel, query => scores[query] = HashQueryScores.Of(_histograms[query], discounts, _options));
        return scores;
    }

    private void Meet(int query, DatabaseBlock block, Dictionary<int, List<int>> excluded, Span<ushort> distances, Span<ushort> grades)
    {
        HammingScan.Default(block.Words, _queries.Codes[_start + query], distances);
        if (excluded.TryGetValue(_start + query, out List<int>? rows))
        {
            LeaveOut(rows, block, distances);
        }

        block.AddGrades(_labels[query], grades);
        _histograms[query].Add(distances, grades);
        block.ClearGrades(_labels[query], grades);
    }

    private void LeaveOut(List<int> rows, DatabaseBlock block, Span<ushort> distances)
    {
        foreach (int row in rows)
        {
            if (row >= block.Start && row < block.Start + block.Count)
            {
                distances[row - block.Start] = (ushort)(_queries.Codes.Bits + 1);
            }
        }
    }
}
