using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Who is what to whom, anchors × references, on the CPU.</summary>
/// <param name="Sides">One a pair.</param>
/// <param name="Grade">The degree to which a positive pair is one; null where that is 1.</param>
internal sealed record PairSet(PairSide[] Sides, Tensor? Grade = null)
{
    /// <summary>Whether anchors are the references, and the same to each other from both ends.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>Multiplies the weights of positive pairs by their degree.</summary>
    public void GradeWeights<T>(Span<T> weights)
        where T : unmanaged, INumber<T>
    {
        if (Grade is null)
        {
            return;
        }
        ReadOnlySpan<float> grades = Grade.To(DataType.Float32).Contiguous().Span<float>();
        for (int k = 0; k < weights.Length; k++)
        {
            weights[k] *= Sides[k] == PairSide.Positive ? T.CreateTruncating(grades[k]) : T.One;
        }
    }
}
