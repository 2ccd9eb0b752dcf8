namespace Semblance.Evaluation;

/// <summary>What the top N of one order of the database adds up to.</summary>
internal struct RankSums
{
    /// <summary>Items seen.</summary>
    public long Items;

    /// <summary>Relevant items seen.</summary>
    public long Relevant;

    /// <summary>Sum of grades.</summary>
    public double Grades;

    /// <summary>Sum of precision at the ranks of relevant items.</summary>
    public double Precisions;

    /// <summary>Sum of average cumulative gain at the ranks of relevant items.</summary>
    public double CumulativeGains;

    /// <summary>Discounted cumulative gain.</summary>
    public double Dcg;

    /// <summary>The sums over two sets of items.</summary>
    public static RankSums Add(RankSums a, RankSums b) => new()
    {
        Items = a.Items + b.Items,
        Relevant = a.Relevant + b.Relevant,
        Grades = a.Grades + b.Grades,
        Precisions = a.Precisions + b.Precisions,
        CumulativeGains = a.CumulativeGains + b.CumulativeGains,
        Dcg = a.Dcg + b.Dcg,
    };

    /// <summary>Appends a run of items that share equally many labels, at consecutive ranks.</summary>
    public void Append(int grade, long count, Discounts discounts)
    {
        if (grade > 0 && count > 0)
        {
            double precisions = Harmonic.TiedSum(Items, Relevant, count, 1, 1);
            // Where every grade so far is 1, gains are precisions.
            CumulativeGains += grade == 1 && Grades == Relevant ? precisions : grade * Harmonic.TiedSum(Items, Grades / grade, count, 1, 1);
            Precisions += precisions;
            Dcg += Discounts.Gain(grade) * discounts.Between(Items, count);
            Relevant += count;
            Grades += (double)grade * count;
        }

        Items += count;
    }
}
