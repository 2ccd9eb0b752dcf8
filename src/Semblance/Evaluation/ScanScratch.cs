using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>The memory in which a thread lets queries meet parts of the database.</summary>
/// <param name="rows">Rows of the largest part.</param>
/// <param name="bits">Bits of the codes.</param>
/// <param name="places">Whether places inside the buckets are wanted.</param>
internal sealed class ScanScratch(int rows, int bits, bool places)
{
    /// <summary>Rows that are counted together; a place inside them takes 16 bits.</summary>
    public const int Run = 2048;

    private ushort[] _grades = [];
    private int[] _rows = [];

    /// <summary>The distance of every row; left-out rows stand at one more than there are bits.</summary>
    public ushort[] Distances { get; } = new ushort[rows];

    /// <summary>How many earlier rows of its run have the row's distance; empty where that is not wanted.</summary>
    public ushort[] Places { get; } = places ? new ushort[rows] : [];

    /// <summary>Rows of each run at each distance.</summary>
    public int[] Counts { get; } = new int[(rows + Run - 1) / Run * (bits + 2)];

    /// <summary>The labels that each row shares with the query, where rows can share several.</summary>
    public Span<ushort> Grades => _grades.Length == 0 ? _grades = new ushort[rows] : _grades;

    /// <summary>Room for relevant rows, and one more: a row is written before it is known to be relevant.</summary>
    public Span<int> Rows => _rows.Length == 0 ? _rows = new int[rows + 1] : _rows;

    /// <summary>Ranks of the relevant rows of a run.</summary>
    public double[] Ranks { get; } = places ? new double[Run] : [];

    /// <summary>The number of relevant items up to each of them.</summary>
    public double[] RelevantBefore { get; } = places ? new double[Run] : [];

    /// <summary>The labels shared up to each of them.</summary>
    public double[] GainsBefore { get; } = places ? new double[Run] : [];

    /// <summary>The labels that each of them shares.</summary>
    public double[] Gains { get; } = places ? new double[Run] : [];

    /// <summary>The discounts of their ranks.</summary>
    public double[] Discounts { get; } = places ? new double[Run] : [];

    /// <summary>Counters of pairs of neighbouring rows by their two distances, where places are not wanted and distances are below 128; else empty.</summary>
    public int[] PairCounts { get; } = places || bits + 2 > DistanceCounts.PairBase ? [] : new int[DistanceCounts.PairBase * DistanceCounts.PairBase];
}
