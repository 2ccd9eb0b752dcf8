using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>One anchor with its pairs, of which one is moved: what the weight of a pair depends on.</summary>
public sealed record PairScene
{
    /// <summary>Similarities of the anchor's other positives; within [-1, 1].</summary>
    public ValueList<double> Positives { get; init => field = Checked(value, nameof(Positives)); } = [0.7];

    /// <summary>Similarities of the anchor's other negatives; within [-1, 1], at least one.</summary>
    public ValueList<double> Negatives { get; init => field = Checked(value, nameof(Negatives)); } = [0.2, 0.4];

    /// <summary>Similarities at which the moved pair is looked at, evenly from -1 to 1; at least 2.</summary>
    public int Points { get; init => field = Require.AtLeast(value, 2); } = 401;

    private static ValueList<double> Checked(ValueList<double> values, string name)
    {
        foreach (double value in values)
        {
            Require.InRange(value, -1, 1, name);
        }
        return values.Count > 0 ? values : throw new ArgumentException($"{name} is empty; an anchor needs at least one positive and one negative to be compared with.", name);
    }
}

/// <summary>The weight of a pair against its similarity, the anchor's other pairs held fast.</summary>
/// <param name="Similarity">From -1 to 1.</param>
/// <param name="Weight">-dL/dS of a positive pair, dL/dS of a negative one: above 0 where the loss pulls the one and pushes the other.</param>
public sealed record WeightCurve(IReadOnlyList<double> Similarity, IReadOnlyList<double> Weight);

/// <summary>Draws the weights of a loss as Wang et al. (CVPR 2019, figure 2) compare them.</summary>
public static class WeightCurves
{
    /// <summary>Weight of a positive pair as its similarity goes from -1 to 1.</summary>
    public static WeightCurve Positive(IPairwiseTerm term, PairScene scene) => Of(term, scene, movesPositive: true);

    /// <summary>Weight of a negative pair as its similarity goes from -1 to 1.</summary>
    public static WeightCurve Negative(IPairwiseTerm term, PairScene scene) => Of(term, scene, movesPositive: false);

    private static WeightCurve Of(IPairwiseTerm term, PairScene scene, bool movesPositive)
    {
        ArgumentNullException.ThrowIfNull(term);
        ArgumentNullException.ThrowIfNull(scene);
        double[] similarities = [.. Enumerable.Range(0, scene.Points).Select(point => -1 + (2.0 * point / (scene.Points - 1)))];
        return new(similarities, [.. similarities.Select(similarity => Weight(term, scene, movesPositive, similarity))]);
    }

    private static double Weight(IPairwiseTerm term, PairScene scene, bool movesPositive, double similarity)
    {
        using TensorScope scope = new();
        // The moved pair comes first on its side.
        double[] positives = movesPositive ? [similarity, .. scene.Positives] : [.. scene.Positives];
        double[] negatives = movesPositive ? [.. scene.Negatives] : [similarity, .. scene.Negatives];
        PairBatch pairs = term.Shape switch
        {
            { Centers: > 0 } shape => ToProxies(positives, negatives, shape.Centers, movesPositive),
            { HasOnePositive: true } => OneOfEachClass(positives[0], negatives),
            { AnchorsAreColumns: true } => Columns(OneAnchor(positives, negatives)),
            _ => OneAnchor(positives, negatives),
        };
        int place = movesPositive ? 0 : term.Shape switch { { Centers: > 0 } shape => shape.Centers, { HasOnePositive: true } => 1, _ => positives.Length };
        double slope = term.WeightsOf(pairs).To(DataType.Float64).Reshape(-1).Narrow(0, place, 1).ToDouble();
        return (movesPositive ? -slope : slope) + 0.0; // Never -0, which would be printed so.
    }

    /// <summary>One row: positives, then negatives.</summary>
    private static PairBatch OneAnchor(double[] positives, double[] negatives) => Batch(1, [.. positives, .. negatives], column => column < positives.Length, column => column >= positives.Length);

    /// <summary>The same with the anchor as a column.</summary>
    private static PairBatch Columns(PairBatch row) => new(row.Similarity.Transpose(), row.Positive.Transpose(), row.Negative.Transpose());

    /// <summary>The anchor's row, and for every negative a row of which it is the only pair, a positive.</summary>
    private static PairBatch OneOfEachClass(double positive, double[] negatives)
    {
        int columns = 1 + negatives.Length;
        double[] similarity = [positive, .. negatives, .. Enumerable.Repeat(0.0, columns * negatives.Length)];
        return Batch(columns, similarity, place => place % columns == place / columns, place => place > 0 && place < columns);
    }

    /// <summary>One row: the centres of the own class, then those of each other class; the moved centre is the first of its class, the others of that class are held fast.</summary>
    private static PairBatch ToProxies(double[] positives, double[] negatives, int centers, bool movesPositive)
    {
        IEnumerable<double> Class(double first, double others) => Enumerable.Range(0, centers).Select(center => center == 0 ? first : others);
        double heldPositive = positives[^1], heldNegative = negatives[^1];
        double[] row =
        [
            .. Class(positives[0], movesPositive ? heldPositive : positives[0]),
            .. negatives.SelectMany((negative, place) => Class(negative, !movesPositive && place == 0 ? heldNegative : negative)),
        ];
        return Batch(1, row, column => column < centers, column => column >= centers);
    }

    private static PairBatch Batch(int anchors, double[] similarity, Func<int, bool> positive, Func<int, bool> negative)
    {
        int columns = similarity.Length / anchors;
        Tensor Mask(Func<int, bool> holds)
        {
            double[] marks = [.. Enumerable.Range(0, similarity.Length).Select(place => holds(place) ? 1.0 : 0.0)];
            return Tensor.From(marks, anchors, columns).GreaterThan(0);
        }
        return new PairBatch(Tensor.From(similarity, anchors, columns), Mask(positive), Mask(negative)) { AnchorLabels = Tensor.Arange(0, anchors) };
    }
}
