namespace Semblance.Curriculum;

/// <summary>Numbers divided into groups that follow each other on the line, with the smallest possible sum of squared distances to the groups' means.</summary>
/// <param name="Assignment">The group of each number; groups are numbered from the smallest numbers.</param>
/// <param name="LowerBounds">The smallest number of each group, ascending.</param>
/// <param name="Sse">The sum of squared distances to the means.</param>
public sealed record LineClusters(int[] Assignment, double[] LowerBounds, double Sse)
{
    /// <summary>The exact optimum of k-means in one dimension: no seed, no restarts.</summary>
    /// <param name="values">Finite numbers.</param>
    /// <param name="k">Number of groups; at most the number of different values.</param>
    /// <remarks>
    /// Dynamic programming over the different values, from the last to the first; the first element of a best next group moves one way only, so that each of the k rounds divides
    /// and conquers: O(k u log u) for u different values. Among optima, those whose cut points are smallest, the first cut first; sums that differ by less than 1e-12 of the whole
    /// spread count as equal.
    /// </remarks>
    /// <exception cref="ArgumentException">A value is not finite, or there are fewer different values than groups.</exception>
    public static LineClusters Of(ReadOnlySpan<double> values, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var line = new Line(values);
        if (line.Count < k)
        {
            throw new ArgumentException($"{values.Length} numbers with {line.Count} different values cannot make {k} groups. Ask for at most {line.Count}.", nameof(k));
        }

        return line.Assign(values, line.Cuts(k));
    }

    /// <summary>The smallest sums of squared distances for 1, 2, ... up to <paramref name="most"/> groups; 0 beyond the number of different values.</summary>
    internal static double[] SmallestSums(ReadOnlySpan<double> values, int most)
    {
        var line = new Line(values);
        return [.. Enumerable.Range(1, most).Select(k => k >= line.Count ? 0 : line.CostOf(line.Cuts(k)))];
    }

    /// <summary>Different values in ascending order, with sums over prefixes.</summary>
    private sealed class Line
    {
        private const double SameSum = 1e-12;
        private readonly double[] _values;
        private readonly double[] _counts;
        private readonly double[] _sums;
        private readonly double[] _squares;
        private readonly double _tolerance;
        private readonly List<int[]> _next = [];
        private double[] _best = [];

        public Line(ReadOnlySpan<double> values)
        {
            double[] sorted = values.ToArray();
            Array.Sort(sorted);
            if (sorted.Length > 0 && (!double.IsFinite(sorted[0]) || !double.IsFinite(sorted[^1])))
            {
                throw new ArgumentException("A number is not finite; groups on a line need finite numbers.", nameof(values));
            }

            double mean = sorted.Length == 0 ? 0 : sorted.Sum() / sorted.Length;
            (int Start, int Count)[] runs = [.. Runs(sorted)];
            _values = [.. runs.Select(run => sorted[run.Start])];
            _counts = new double[runs.Length + 1];
            _sums = new double[runs.Length + 1];
            _squares = new double[runs.Length + 1];
            for (int i = 0; i < runs.Length; i++)
            {
                double centred = _values[i] - mean;
                _counts[i + 1] = _counts[i] + runs[i].Count;
                _sums[i + 1] = _sums[i] + (runs[i].Count * centred);
                _squares[i + 1] = _squares[i] + (runs[i].Count * centred * centred);
            }

            _tolerance = SameSum * _squares[^1];
        }

        public int Count => _values.Length;

        /// <summary>The first value of every group.</summary>
        public int[] Cuts(int k)
        {
            while (_next.Count < k)
            {
                AddRound();
            }

            var cuts = new int[k];
            for (int group = 1; group < k; group++)
            {
                cuts[group] = _next[k - group][cuts[group - 1]];
            }

            return cuts;
        }

        public double CostOf(int[] cuts) => cuts.Select((from, group) => Cost(from, group + 1 < cuts.Length ? cuts[group + 1] : Count)).Sum();

        public LineClusters Assign(ReadOnlySpan<double> values, int[] cuts)
        {
            double[] bounds = [.. cuts.Select(cut => _values[cut])];
            var assignment = new int[values.Length];
            var means = new double[bounds.Length];
            var sizes = new int[bounds.Length];
            for (int i = 0; i < values.Length; i++)
            {
                int found = Array.BinarySearch(bounds, values[i]);
                int group = assignment[i] = found >= 0 ? found : ~found - 1;
                means[group] += (values[i] - bounds[group]);
                sizes[group]++;
            }

            double sse = 0;
            for (int i = 0; i < values.Length; i++)
            {
                int group = assignment[i];
                double off = values[i] - bounds[group] - (means[group] / sizes[group]);
                sse += off * off;
            }

            return new LineClusters(assignment, bounds, sse);
        }

        private static IEnumerable<(int Start, int Count)> Runs(double[] sorted)
        {
            for (int start = 0; start < sorted.Length;)
            {
                int end = start + 1;
                while (end < sorted.Length && sorted[end] == sorted[start])
                {
                    end++;
                }

                yield return (start, end - start);
                start = end;
            }
        }

        /// <summary>What one group of the values from <paramref name="from"/> up to, not including, <paramref name="to"/> costs.</summary>
        private double Cost(int from, int to)
        {
            double sum = _sums[to] - _sums[from];
            return Math.Max(0, _squares[to] - _squares[from] - (sum * sum / (_counts[to] - _counts[from])));
        }

        /// <summary>From "the best cost of the values from i on in k groups" to the same for k + 1.</summary>
        private void AddRound()
        {
            int groups = _next.Count + 1;
            double[] best = new double[Count];
            int[] next = new int[Count];
            if (groups == 1)
            {
                for (int i = 0; i < Count; i++)
                {
                    best[i] = Cost(i, Count);
                    next[i] = Count;
                }
            }
            else
            {
                Array.Fill(best, double.PositiveInfinity);
                Solve(0, Count - groups, 1, Count - groups + 1, best, next);
            }

            _best = best;
            _next.Add(next);
        }

        /// <summary>Finds the best next cut of the middle, then of both halves, whose cuts lie on its two sides.</summary>
        private void Solve(int low, int high, int firstCut, int lastCut, double[] best, int[] next)
        {
            if (low > high)
            {
                return;
            }

            int middle = (low + high) / 2;
            int chosen = -1;
            for (int cut = Math.Max(firstCut, middle + 1); cut <= lastCut; cut++)
            {
                double cost = Cost(middle, cut) + _best[cut];
                if (chosen < 0 || cost < best[middle] - _tolerance)
                {
                    best[middle] = cost;
                    chosen = cut;
                }
            }

            next[middle] = chosen;
            Solve(low, middle - 1, firstCut, chosen, best, next);
            Solve(middle + 1, high, chosen, lastCut, best, next);
        }
    }
}
