using System.Numerics;
using System.Runtime.InteropServices;

namespace Semblance.Losses.Pairs;

/// <summary>A pair loss that a hinge keeps from most pairs. One that is no <see cref="IListedReachLoss"/> is the mean excess of positives plus that of negatives.</summary>
internal interface IReachLoss : IPairLoss
{
    /// <summary>Which pairs count; null where all do, as in a plain form.</summary>
    PairReach? Reach { get; }

    /// <summary>Factor of the whole, where the loss is one of means.</summary>
    double Factor => 1;
}

/// <summary>Of which value and weights come from a list of the pairs within reach.</summary>
internal interface IListedReachLoss : IReachLoss
{
    /// <summary>The loss; sets the weight dL/dS of each pair in the lists.</summary>
    double Weigh(ReachedPairs pairs);
}

/// <summary>Where a hinge lets go.</summary>
/// <param name="Near">Positives count below this similarity.</param>
/// <param name="Far">Negatives count above it.</param>
internal readonly record struct PairReach(double Near, double Far)
{
    /// <summary>Whether positives count beyond <see cref="Near"/> too, with an excess below 0.</summary>
    public bool KeepsPositives { get; init; }
}

/// <summary>A pair within reach.</summary>
/// <param name="Anchor">Its row.</param>
/// <param name="Reference">Its column.</param>
/// <param name="Excess">How far it is on the wrong side: near - S of a positive, S - far of a negative.</param>
internal record struct ReachedPair(int Anchor, int Reference, double Excess)
{
    /// <summary>dL/dS, from the loss.</summary>
    public double Weight { get; set; }
}

/// <summary>The pairs within reach of a hinge, row by row, and all sides.</summary>
internal sealed class ReachedPairs
{
    [ThreadStatic]
    private static ReachedPairs? last; // Lists that have grown stay for the next step.

    private readonly List<ReachedPair> pulled = [], pushed = [];
    private PairSide[] sides = [];

    /// <summary>Number of rows.</summary>
    public int Anchors { get; private set; }

    /// <summary>Number of columns.</summary>
    public int References { get; private set; }

    /// <summary>Positives within reach.</summary>
    public Span<ReachedPair> Pulled => CollectionsMarshal.AsSpan(pulled);

    /// <summary>Negatives within reach.</summary>
    public Span<ReachedPair> Pushed => CollectionsMarshal.AsSpan(pushed);

    /// <summary>All pairs of a side.</summary>
    public int Count(PairSide side) => PairSides.Count(sides, side);

    /// <summary>What the references are to an anchor.</summary>
    public ReadOnlySpan<PairSide> Row(int anchor) => sides.AsSpan(anchor * References, References);

    /// <summary>Sets the columns of an anchor's positives to true.</summary>
    public void MarkPositives(int anchor, Span<bool> columns)
    {
        ReadOnlySpan<byte> own = MemoryMarshal.AsBytes(Row(anchor));
        for (int j = 0; own[j..].IndexOf((byte)PairSide.Positive) is >= 0 and int next; j++)
        {
            j += next;
            columns[j] = true;
        }
    }

    /// <summary>Finds the pairs within reach; null where a similarity is not a number. They are good until the next call on this thread.</summary>
    public static ReachedPairs? Of<T>(ReadOnlySpan<T> similarity, PairSide[] sides, int references, PairReach reach)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReachedPairs pairs = last ??= new ReachedPairs();
        pairs.Begin(sides, references);
        (T near, T far) = (T.CreateChecked(reach.Near), T.CreateChecked(reach.Far));
        for (int i = 0; i < pairs.Anchors; i++)
        {
            ReadOnlySpan<T> row = similarity.Slice(i * references, references);
            pairs.AddPulled(row, i, near, reach.KeepsPositives);
            if (!pairs.AddPushed(row, i, far))
            {
                return null;
            }
        }
        return pairs;
    }

    /// <summary>factor · Σ excess, with the same weight for every pair.</summary>
    public static double WeighSum(Span<ReachedPair> pairs, double factor, double weight)
    {
        double sum = 0;
        foreach (ref ReachedPair pair in pairs)
        {
            sum += pair.Excess;
            pair.Weight = weight;
        }
        return sum * factor;
    }

    private void Begin(PairSide[] all, int references)
    {
        (sides, Anchors, References) = (all, references == 0 ? 0 : all.Length / references, references);
        pulled.Clear();
        pushed.Clear();
    }

    private void AddPulled<T>(ReadOnlySpan<T> row, int i, T near, bool all)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(Row(i));
        for (int j = 0; bytes[j..].IndexOf((byte)PairSide.Positive) is >= 0 and int next; j++)
        {
            j += next;
            if (all || row[j] < near)
            {
                pulled.Add(new ReachedPair(i, j, double.CreateTruncating(near - row[j])));
            }
        }
    }

    private bool AddPushed<T>(ReadOnlySpan<T> row, int i, T far)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<PairSide> own = Row(i);
        Vector<T> bounds = new(far);
        for (int j = 0; j < row.Length;)
        {
            int lanes = Math.Min(Vector<T>.Count, row.Length - j);
            if (lanes < Vector<T>.Count || !Vector.LessThanOrEqualAll(new Vector<T>(row[j..]), bounds))
            {
                for (int k = j; k < j + lanes; k++)
                {
                    if (T.IsNaN(row[k]))
                    {
                        return false;
                    }
                    if (row[k] > far && own[k] == PairSide.Negative)
                    {
                        pushed.Add(new ReachedPair(i, k, double.CreateTruncating(row[k] - far)));
                    }
                }
            }
            j += lanes;
        }
        return true;
    }
}
