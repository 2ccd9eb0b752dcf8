using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>The sums of one query over its ranking in which equally distant items stand by index.</summary>
/// <remarks>
/// Once it is known how many items each bucket holds, a relevant item's rank and the relevant items before it follow while the rows come in index order;
/// nothing is sorted.
/// </remarks>
internal sealed class IndexOrder
{
    private readonly int _bits;
    private readonly bool _graded;
    private readonly int[] _next;
    private readonly int[] _relevant;
    private readonly long[] _grades;
    private readonly RankSums[] _sums;
    private readonly int[] _cuts;

    /// <param name="histogram">Of the whole database.</param>
    /// <param name="cutoffs">The ranks up to which sums will be asked for, beside all.</param>
    public IndexOrder(RankHistogram histogram, IEnumerable<long> cutoffs)
    {
        _bits = histogram.Bits;
        _graded = histogram.MaxGrade > 1;
        _cuts = [.. cutoffs.Where(cutoff => cutoff > 0 && cutoff < histogram.Items).Distinct().Order().Select(cutoff => (int)cutoff), int.MaxValue];
        _sums = new RankSums[_cuts.Length];
        _next = new int[_bits + 2];
        _relevant = new int[_bits + 2];
        _grades = _graded ? new long[_bits + 2] : [];
        for (int distance = 0; distance <= _bits; distance++)
        {
            (int relevant, long grades) = histogram.RelevantAt(distance);
            _next[distance + 1] = _next[distance] + histogram.ItemsAt(distance);
            _relevant[distance + 1] = _relevant[distance] + relevant;
            if (_graded)
            {
                _grades[distance + 1] = _grades[distance] + grades;
            }
        }
    }

    /// <summary>Adds relevant rows of a part.</summary>
    /// <param name="rows">The relevant rows, ascending.</param>
    /// <param name="graded">Whether the scratch has their grades; if not, each is 1.</param>
    /// <param name="runs">Runs of the part.</param>
    /// <param name="scratch">Has distances, places and counts of all rows of the part.</param>
    /// <param name="ranks">Receives the ranks; null where they are not wanted.</param>
    public void Add(ReadOnlySpan<int> rows, bool graded, int runs, ScanScratch scratch, List<int>? ranks)
    {
        ReadOnlySpan<ushort> grades = graded ? scratch.Grades : default;
        for (int run = 0, at = 0; run < runs; run++)
        {
            int first = at, end = (run + 1) * ScanScratch.Run;
            while (at < rows.Length && rows[at] < end)
            {
                at++;
            }

            int found = Rank(rows[first..at], scratch);
            if (_graded)
            {
                Grade(rows[first..at], grades, scratch);
            }

            Sum(scratch.Ranks.AsSpan(0, found), scratch);
            for (int i = 0; i < found && ranks is not null; i++)
            {
                ranks.Add((int)scratch.Ranks[i]);
            }

            Advance(scratch.Counts.AsSpan(run * (_bits + 2), _bits + 2));
        }
    }

    /// <summary>The sums over the first ranks.</summary>
    /// <param name="cutoff">One of those that were told, or at least the number of items.</param>
    public RankSums Until(long cutoff)
    {
        int index = Array.BinarySearch(_cuts, (int)cutoff);
        return _sums[index < 0 ? ^1 : index];
    }

    /// <summary>Ranks of relevant rows of a run, and how many relevant items each is.</summary>
    /// <returns>The number of rows that are not left out.</returns>
    private int Rank(ReadOnlySpan<int> rows, ScanScratch scratch)
    {
        ReadOnlySpan<ushort> distances = scratch.Distances, places = scratch.Places;
        ReadOnlySpan<int> next = _next;
        Span<int> relevant = _relevant;
        Span<double> ranks = scratch.Ranks, counts = scratch.RelevantBefore;
        int bits = _bits, found = 0;
        foreach (int row in rows)
        {
            int distance = distances[row];
            ranks[found] = next[distance] + places[row] + 1;
            counts[found] = ++relevant[distance];
            // A left-out row is overwritten by the next.
            found += distance <= bits ? 1 : 0;
        }

        return found;
    }

    /// <summary>Labels that relevant rows of a run share, and the sum up to each of them.</summary>
    private void Grade(ReadOnlySpan<int> rows, ReadOnlySpan<ushort> grades, ScanScratch scratch)
    {
        ReadOnlySpan<ushort> distances = scratch.Distances;
        Span<long> sums = _grades;
        Span<double> own = scratch.Gains, until = scratch.GainsBefore;
        int bits = _bits, found = 0;
        foreach (int row in rows)
        {
            int distance = distances[row], grade = grades.IsEmpty ? 1 : grades[row];
            own[found] = grade;
            until[found] = sums[distance] += grade;
            found += distance <= bits ? 1 : 0;
        }
    }

    private void Sum(ReadOnlySpan<double> ranks, ScanScratch scratch)
    {
        Span<double> precisions = scratch.RelevantBefore.AsSpan(0, ranks.Length), discounts = scratch.Discounts.AsSpan(0, ranks.Length);
        Span<double> gains = scratch.GainsBefore.AsSpan(0, ranks.Length), grades = scratch.Gains.AsSpan(0, ranks.Length);
        GainSums.Divide(precisions, ranks);
        GainSums.Discount(ranks, discounts);
        if (_graded)
        {
            GainSums.Divide(gains, ranks);
            GainSums.Weigh(discounts, grades);
        }

        for (int i = 0; i < _cuts.Length; i++)
        {
            (double found, double precision) = GainSums.Until(ranks, precisions, _cuts[i]);
            (_, double dcg) = GainSums.Until(ranks, discounts, _cuts[i]);
            RankSums sums = new() { Relevant = (long)found, Grades = found, Precisions = precision, CumulativeGains = precision, Dcg = dcg };
            if (_graded)
            {
                sums.Grades = GainSums.Until(ranks, grades, _cuts[i]).Sum;
                sums.CumulativeGains = GainSums.Until(ranks, gains, _cuts[i]).Sum;
            }

            _sums[i] = RankSums.Add(_sums[i], sums);
        }
    }

    private void Advance(ReadOnlySpan<int> counts)
    {
        Span<int> next = _next;
        counts = counts[..next.Length];
        for (int distance = 0; distance < counts.Length; distance++)
        {
            next[distance] += counts[distance];
        }
    }
}
