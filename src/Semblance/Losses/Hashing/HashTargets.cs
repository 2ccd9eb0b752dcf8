using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Which labels of an image count where it has several.</summary>
public enum CodeLabels
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>The one of lowest index.</summary>
    First,
}

/// <summary>The code that an image is drawn to: the centre of its class, or what the centres of its labels say bit by bit.</summary>
/// <remarks>
/// Several labels: the sign of the sum of their centres; a bit whose sum is 0 takes that of a fixed random code, the tie code. An image without a label is drawn to the tie code.
/// Centres and tie code are constants and belong to checkpoints.
/// </remarks>
public sealed class HashTargets
{
    private const int TieStream = 1;
    private readonly CodeLabels rule;

    /// <summary>Targets of given centres.</summary>
    /// <param name="centers">Classes × bits; leaves every scope and belongs to the targets.</param>
    /// <param name="ties">Bits, each -1 or 1; leaves every scope and belongs to the targets.</param>
    /// <param name="rule">Which labels count.</param>
    public HashTargets(Tensor centers, Tensor ties, CodeLabels rule)
    {
        ArgumentNullException.ThrowIfNull(centers);
        ArgumentNullException.ThrowIfNull(ties);
        (Centers, Ties, this.rule) = (centers.Detached(), ties.Detached(), rule);
    }

    /// <summary>Classes × bits.</summary>
    public Tensor Centers { get; }

    /// <summary>The tie code.</summary>
    public Tensor Ties { get; }

    /// <summary>What is kept in checkpoints.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("centers", Centers), ("ties", Ties)];

    /// <summary>Targets of a codebook, with a random tie code from the context's seed.</summary>
    public static HashTargets Of(Codebook codes, TermContext context, CodeLabels rule)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(context);
        SeededRandom random = new(context.Seed, TieStream);
        double[] ties = new double[context.Dimensions];
        for (int bit = 0; bit < ties.Length; bit++)
        {
            ties[bit] = random.Below(2) == 1 ? 1 : -1;
        }
        return new HashTargets(codes.ToTensor(context.Type, context.Device), Tensor.From(ties, ties.Length).To(context.Type).To(context.Device), rule);
    }

    /// <summary>n × bits, the code that each image is drawn to.</summary>
    /// <param name="labels">n class ids, or n × classes of 0 and 1.</param>
    /// <exception cref="ArgumentException">A label has no centre.</exception>
    public Tensor For(Tensor labels)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor own = Counted(ClassLabels.MultiHot(labels, Centers.Size(0)), rule);
        Tensor sums = own.To(Centers.Type).MatMul(Centers);
        bool first = rule == CodeLabels.First || !ClassLabels.IsMultiHot(labels);
        return first ? own.Any(1, keepDimension: true).Where(sums, Ties) : sums.NotEqualTo(0).Where(sums.Sign(), Ties);
    }

    /// <summary>The labels that count, n × classes, from all of them.</summary>
    internal static Tensor Counted(Tensor labels, CodeLabels rule) =>
        rule == CodeLabels.All ? labels : labels.And(labels.To(DataType.Int64).CumulativeSum(1).EqualTo(1));
}
