namespace Semblance.Evaluation;

/// <summary>The metrics of one query under every tie rule, from its histogram.</summary>
/// <remarks>
/// Expected values are exact means over all orders of equally distant items. A bucket that N cuts holds a hypergeometric number of visible relevant
/// items; given that number the visible part is uniformly arranged, so that the mean of the quotient can be taken number by number. The quotient of
/// means would be wrong. Optimistic and pessimistic order by shared labels inside the buckets and apply the plain formulas.
/// </remarks>
/// <param name="histogram">Of the query.</param>
/// <param name="order">Its sums in index order; null where those are not wanted, and then their values are NaN.</param>
/// <param name="discounts">For all ranks.</param>
/// <param name="denominator">Of average precision.</param>
internal sealed class TieAwareRanking(RankHistogram histogram, IndexOrder? order, Discounts discounts, ApDenominator denominator)
{
    private static readonly RankSums Unknown = new() { Relevant = 1, Grades = double.NaN, Precisions = double.NaN, CumulativeGains = double.NaN, Dcg = double.NaN };
    private readonly int _relevant = histogram.Relevant;

    /// <summary>The metrics over the first <paramref name="cutoff"/> items of <paramref name="items"/>.</summary>
    public CutoffScores At(long cutoff, long items, ApDenominator? dividedBy = null)
    {
        long n = Math.Min(cutoff, items);
        if (n == 0 || _relevant == 0)
        {
            return order is null ? CutoffScores.WithoutIndexOrder : default;
        }

        RankSums stable = order?.Until(n) ?? Unknown;
        RankSums optimistic = Ordered(n, bestFirst: true);
        RankSums pessimistic = Ordered(n, bestFirst: false);
        ExpectedSums expected = Expected(n, dividedBy ?? denominator);
        double ideal = IdealDcg(n);
        return new CutoffScores(
            new TieValues(expected.AveragePrecision, Average(stable, n, dividedBy), Average(optimistic, n, dividedBy), Average(pessimistic, n, dividedBy)),
            Each(expected.Relevant, order is null ? double.NaN : stable.Relevant, optimistic.Relevant, pessimistic.Relevant).Over(n),
            Each(expected.Dcg, stable.Dcg, optimistic.Dcg, pessimistic.Dcg).Over(ideal),
            Each(expected.Grades, stable.Grades, optimistic.Grades, pessimistic.Grades).Over(n),
            Each(expected.WeightedAveragePrecision, Weighted(stable), Weighted(optimistic), Weighted(pessimistic)));
    }

    /// <summary>The probability that a relevant item is among the first of all orders of equally distant items.</summary>
    public double Found(long first)
    {
        long before = 0;
        for (int distance = 0; distance <= histogram.Bits && before < first; distance++)
        {
            (long items, long relevant) = (histogram.ItemsAt(distance), histogram.RelevantAt(distance).Relevant);
            if (relevant > 0)
            {
                return 1 - Hypergeometric.None(items, relevant, Math.Min(items, first - before));
            }

            before += items;
        }

        return 0;
    }

    private static TieValues Each(double expected, double stable, double optimistic, double pessimistic) => new(expected, stable, optimistic, pessimistic);

    private static double Weighted(RankSums sums) => sums.Relevant == 0 ? 0 : sums.CumulativeGains / sums.Relevant;

    private double Average(RankSums sums, long n, ApDenominator? dividedBy) =>
        sums.Relevant == 0 ? 0 : sums.Precisions / Denominator(sums.Relevant, n, dividedBy ?? denominator);

    private double Denominator(long relevantInTop, long n, ApDenominator kind) => kind switch
    {
        ApDenominator.RelevantInTop => relevantInTop,
        ApDenominator.RelevantUpToCutoff => Math.Min(_relevant, n),
        _ => _relevant,
    };

    private RankSums Ordered(long n, bool bestFirst)
    {
        var sums = default(RankSums);
        for (int distance = 0; distance <= histogram.Bits && sums.Items < n; distance++)
        {
            for (int i = 0; i <= histogram.MaxGrade; i++)
            {
                int grade = bestFirst ? histogram.MaxGrade - i : i;
                sums.Append(grade, Math.Min(CountAt(distance, grade), n - sums.Items), discounts);
            }
        }

        return sums;
    }

    private int CountAt(int distance, int grade) => grade > 0
        ? histogram.GradedAt(distance, grade)
        : histogram.ItemsAt(distance) - histogram.RelevantAt(distance).Relevant;

    private double IdealDcg(long n)
    {
        var sums = default(RankSums);
        for (int grade = histogram.MaxGrade; grade > 0; grade--)
        {
            long count = 0;
            for (int distance = 0; distance <= histogram.Bits; distance++)
            {
                count += histogram.GradedAt(distance, grade);
            }

            sums.Append(grade, Math.Min(count, n - sums.Items), discounts);
        }

        return sums.Dcg;
    }

    private ExpectedSums Expected(long n, ApDenominator dividedBy)
    {
        var sums = default(ExpectedSums);
        for (int distance = 0; distance <= histogram.Bits && sums.Items < n; distance++)
        {
            Bucket bucket = BucketAt(distance);
            if (sums.Items + bucket.Items > n)
            {
                return Cut(sums, bucket, n, dividedBy);
            }

            sums.AppendWhole(bucket, discounts);
        }

        return Finish(sums, n, dividedBy);
    }

    private Bucket BucketAt(int distance)
    {
        (int relevant, long grades) = histogram.RelevantAt(distance);
        double gains = 0;
        for (int grade = 1; grade <= histogram.MaxGrade; grade++)
        {
            gains += histogram.GradedAt(distance, grade) * Discounts.Gain(grade);
        }

        return new Bucket(histogram.ItemsAt(distance), relevant, grades, gains);
    }

    private ExpectedSums Finish(ExpectedSums sums, long n, ApDenominator dividedBy)
    {
        long relevant = (long)sums.Relevant;
        sums.AveragePrecision = relevant == 0 ? 0 : sums.Precisions / Denominator(relevant, n, dividedBy);
        sums.WeightedAveragePrecision = relevant == 0 ? 0 : sums.CumulativeGains / relevant;
        return sums;
    }

    /// <summary>Adds the visible part of the bucket that the cut-off goes through.</summary>
    private ExpectedSums Cut(ExpectedSums sums, Bucket bucket, long n, ApDenominator dividedBy)
    {
        long visible = n - sums.Items;
        ExpectedSums before = sums;
        sums.AveragePrecision = MeanOverVisible(bucket, visible, seen =>
            Quotient(before.Precisions + Bucket.Precisions(before, visible, seen), Denominator((long)before.Relevant + seen, n, dividedBy)));
        sums.WeightedAveragePrecision = MeanOverVisible(bucket, visible, seen =>
            Quotient(before.CumulativeGains + bucket.CumulativeGains(before, visible, seen), before.Relevant + seen));
        double share = (double)visible / bucket.Items;
        sums.Relevant += share * bucket.Relevant;
        sums.Grades += share * bucket.Grades;
        sums.Dcg += bucket.Gains / bucket.Items * discounts.Between(sums.Items, visible);
        return sums;
    }

    private static double MeanOverVisible(Bucket bucket, long visible, Func<long, double> value) =>
        Hypergeometric.Mean(bucket.Items, bucket.Relevant, visible, value);

    private static double Quotient(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;

    /// <summary>The items at one distance.</summary>
    private readonly record struct Bucket(long Items, long Relevant, double Grades, double Gains)
    {
        /// <summary>Expected sum of precisions over the first places, of which some are relevant.</summary>
        public static double Precisions(ExpectedSums before, long places, long relevant) => relevant == 0
            ? 0
            : Harmonic.TiedSum(before.Items, before.Relevant, places, (double)relevant / places, Follow(places, relevant));

        /// <summary>Expected sum of average cumulative gains over the first places, of which some are relevant.</summary>
        public double CumulativeGains(ExpectedSums before, long places, long relevant)
        {
            double mean = Grades / Relevant;
            return relevant == 0
                ? 0
                : mean * Harmonic.TiedSum(before.Items, before.Grades / mean, places, (double)relevant / places, Follow(places, relevant));
        }

        private static double Follow(long places, long relevant) => places == 1 ? 0 : (relevant - 1.0) / (places - 1.0);
    }

    /// <summary>Expected sums over the top of the ranking.</summary>
    private struct ExpectedSums
    {
        public long Items;
        public double Relevant;
        public double Grades;
        public double Precisions;
        public double CumulativeGains;
        public double Dcg;
        public double AveragePrecision;
        public double WeightedAveragePrecision;

        public void AppendWhole(Bucket bucket, Discounts discounts)
        {
            if (bucket.Relevant > 0)
            {
                double precisions = Bucket.Precisions(this, bucket.Items, bucket.Relevant);
                // Where every grade so far is 1, gains are precisions.
                CumulativeGains += bucket.Grades == bucket.Relevant && Grades == Relevant ? precisions : bucket.CumulativeGains(this, bucket.Items, bucket.Relevant);
                Precisions += precisions;
                Dcg += bucket.Gains / bucket.Items * discounts.Between(Items, bucket.Items);
            }

            Items += bucket.Items;
            Relevant += bucket.Relevant;
            Grades += bucket.Grades;
        }
    }
}
