using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Similarities as scores that grow with the distance, so that a loss is written once for every <see cref="PairDistance"/>.</summary>
/// <remarks>
/// <para>The score is -S, D or D², with D² = 2 - 2 S of rows of length 1. A bound on a cosine becomes a bound on the score by a change of sign.</para>
/// <para>
/// Equal rows are at distance 0 exactly: a D² below <see cref="Roundings"/> machine epsilons is the rounding of S and counts as 0, because a mean over the terms
/// that are not 0 would count it otherwise. The derivative of the square root at 0 is taken as 0.
/// </para>
/// </remarks>
internal static class Distances
{
    private const double Roundings = 64; // 27 were seen among rows of 2,048 columns in double precision.

    /// <summary>The scores, anchors × references; they differentiate with respect to the similarities.</summary>
    public static Tensor Scores(this PairDistance distance, Tensor similarity)
    {
        if (distance == PairDistance.Cosine)
        {
            return -similarity;
        }
        Tensor squared = 2 - (similarity * 2);
        Tensor zero = squared.LessThan(Roundings * Epsilon(similarity));
        return distance == PairDistance.Euclidean
            ? squared.MaskedFill(zero, 1).Sqrt().MaskedFill(zero, 0)
            : squared - squared.Detach().MaskedFill(zero.Not(), 0); // 0 where it is to be, with the derivative that it has everywhere.
    }

    /// <summary>What the score of a bound is: of a similarity with cosines, else of a distance.</summary>
    public static double Bound(this PairDistance distance, double bound) => distance == PairDistance.Cosine ? -bound : bound;

    /// <summary>Derivatives with respect to scores, as derivatives with respect to similarities.</summary>
    /// <param name="distance">What the scores are.</param>
    /// <param name="weights">Derivatives with respect to <paramref name="scores"/>.</param>
    /// <param name="scores">The scores.</param>
    public static Tensor ToSimilarity(this PairDistance distance, Tensor weights, Tensor scores) => distance switch
    {
        PairDistance.Cosine => -weights,
        PairDistance.SquaredEuclidean => weights * -2,
        _ => -(weights / scores).MaskedFill(scores.EqualTo(0), 0),
    };

    /// <summary>Refuses rows that are not of length 1 where distances are taken from cosines.</summary>
    /// <exception cref="ArgumentException">The pairs are not normalised and the distance is not the cosine.</exception>
    public static PairTermOptions Require(this PairDistance distance, PairTermOptions pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Normalize || distance == PairDistance.Cosine
            ? pairs
            : throw new ArgumentException("Rows are not normalised, and euclidean distances are taken from the cosines of rows of length 1. Set pairs.normalize to true, or distance to cosine.");
    }

    /// <summary>The squared distance below which two rows are one.</summary>
    public static T Zero<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateChecked(Roundings) * (T.BitIncrement(T.One) - T.One);

    /// <summary>Refuses rows that are not of length 1 for what takes distances from cosines and has no other way.</summary>
    /// <exception cref="ArgumentException">The pairs are not normalised.</exception>
    public static PairTermOptions RequireUnitRows(this PairTermOptions pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Normalize ? pairs : throw new ArgumentException("Rows are not normalised, and the loss takes distances from the cosines of rows of length 1. Set pairs.normalize to true.");
    }

    private static double Epsilon(Tensor values) => values.Type == DataType.Float64 ? double.BitIncrement(1) - 1 : float.BitIncrement(1) - 1;
}
