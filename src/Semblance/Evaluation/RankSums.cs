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

    /// <summary>Appends a run of items that share equally many labels, at consecutive ranks.</summary>
    public void Append(int grade, long count, Discounts discounts)
    {
        if (grade > 0 && count > 0)
        {
            Precisions += Harmonic.TiedSum(Items, Relevant, count, 1, 1);
            CumulativeGains += grade * Harmonic.TiedSum(Items, Grades / grade, count, 1, 1);
            Dcg += Discounts.Gain(grade) * discounts.Between(Items, count);
            Relevant += count;
            Grades += (double)grade * count;
        }

        Items += count;
    }

    /// <summary>Appends one relevant item at a rank behind all others; the ranks between hold irrelevant ones.</summary>
    public void AppendAt(int rank, int grade, Discounts discounts)
    {
        Relevant++;
        Grades += grade;
        Precisions += (double)Relevant / rank;
        CumulativeGains += Grades / rank;
        Dcg += Discounts.Gain(grade) * discounts.Between(rank - 1, 1);
        Items = rank;
    }
}
