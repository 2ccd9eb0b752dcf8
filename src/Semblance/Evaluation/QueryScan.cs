using Semblance.Evaluation.Kernels;
using Semblance.Index.Kernels;

namespace Semblance.Evaluation;

/// <summary>One query's meeting with one part of the database.</summary>
internal readonly ref struct QueryScan
{
    private readonly ScanScratch _scratch;
    private readonly int _buckets;
    private readonly int _runs;
    private readonly ReadOnlySpan<int> _relevant;
    private readonly bool _graded;

    /// <param name="part">The part.</param>
    /// <param name="code">The query's.</param>
    /// <param name="labels">The query's, each once.</param>
    /// <param name="excluded">Rows of the part to leave out; null for none.</param>
    /// <param name="scratch">Holds what is found until the next meeting.</param>
    public QueryScan(DatabasePart part, ReadOnlySpan<ulong> code, int[] labels, List<int>? excluded, ScanScratch scratch)
    {
        _scratch = scratch;
        _buckets = part.Codes.Bits + 2;
        bool pairs = scratch.PairCounts.Length > 0;
        _runs = pairs ? 1 : (part.Count + ScanScratch.Run - 1) / ScanScratch.Run;
        scratch.Counts.AsSpan(0, _runs * _buckets).Clear();
        for (int start = 0; start < part.Count; start += DistanceCounts.Step * ScanScratch.Run)
        {
            Measure(part, code, excluded, start, Math.Min(DistanceCounts.Step * ScanScratch.Run, part.Count - start));
        }

        if (pairs)
        {
            DistanceCounts.Unpair(scratch.PairCounts, scratch.Counts.AsSpan(0, _buckets));
        }

        _relevant = part.Relevant(labels, scratch, out _graded);
    }

    /// <summary>Adds items and relevant items to a query's histogram.</summary>
    public void CountInto(RankHistogram histogram)
    {
        for (int run = 0; run < _runs; run++)
        {
            histogram.AddItems(_scratch.Counts.AsSpan(run * _buckets, _buckets));
        }

        ReadOnlySpan<ushort> distances = _scratch.Distances;
        if (_graded)
        {
            ReadOnlySpan<ushort> grades = _scratch.Grades;
            foreach (int row in _relevant)
            {
                histogram.AddRelevant(distances[row], grades[row]);
            }
        }
        else
        {
            foreach (int row in _relevant)
            {
                histogram.AddRelevant(distances[row], 1);
            }
        }
    }

    /// <summary>Adds what the relevant rows are worth at their ranks in index order.</summary>
    /// <param name="order">Of the query, with the histogram of the whole database behind it.</param>
    /// <param name="ranks">Receives the ranks; null where they are not wanted.</param>
    public void RankInto(IndexOrder order, List<int>? ranks) => order.Add(_relevant, _graded, _runs, _scratch, ranks);

    private void Measure(DatabasePart part, ReadOnlySpan<ulong> code, List<int>? excluded, int start, int count)
    {
        Span<ushort> distances = _scratch.Distances.AsSpan(start, count);
        Span<ushort> places = _scratch.Places.Length == 0 ? default : _scratch.Places.AsSpan(start, count);
        HammingKernels.Default.Distances(part.Codes.Words.Slice(start * part.Codes.WordsPerCode, count * part.Codes.WordsPerCode), code, distances);
        if (excluded is not null)
        {
            LeaveOut(excluded, start, distances);
        }

        if (_scratch.PairCounts.Length > 0)
        {
            int even = count & ~1;
            DistanceCounts.Pairs(distances[..even], _scratch.PairCounts);
            DistanceCounts.Plain(distances[even..], default, _scratch.Counts.AsSpan(0, _buckets));
            return;
        }

        Span<int> counts = _scratch.Counts.AsSpan(start / ScanScratch.Run * _buckets);
        if (count == DistanceCounts.Step * ScanScratch.Run)
        {
            DistanceCounts.Four(distances, places, counts[..(DistanceCounts.Step * _buckets)]);
            return;
        }

        for (int at = 0; at < count; at += ScanScratch.Run, counts = counts[_buckets..])
        {
            int length = Math.Min(ScanScratch.Run, count - at);
            DistanceCounts.Plain(distances.Slice(at, length), places.IsEmpty ? default : places.Slice(at, length), counts[.._buckets]);
        }
    }

    private void LeaveOut(List<int> rows, int start, Span<ushort> distances)
    {
        foreach (int row in rows)
        {
            if (row >= start && row < start + distances.Length)
            {
                distances[row - start] = (ushort)(_buckets - 1);
            }
        }
    }
}
