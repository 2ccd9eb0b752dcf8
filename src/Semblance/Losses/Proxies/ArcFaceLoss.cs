using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>ArcFace (Deng et al., CVPR 2019): softmax over scaled cosines in which the angle to the own class counts as more by a margin.</summary>
/// <param name="options">Margin and scale.</param>
/// <remarks>
/// <para>
/// Pairs are rows × proxies. Cross-entropy of scale S, with cos(theta + m) on the row's own proxy (equation 3), S = cos theta. Where theta + m is beyond π, cos theta - m sin m takes its
/// place, as in the released code without its easy margin.
/// </para>
/// <para>
/// cos(theta + m) is S cos m - √(1 - S²) sin m, without an arc cosine, whose derivative is infinite at ±1: where 1 - S² is within rounding of 0 the root counts as constant, so that a row
/// that lies exactly on its proxy or opposite to it has a finite gradient.
/// </para>
/// </remarks>
public sealed class ArcFaceLoss(ArcFaceOptions options) : TargetSoftmaxLoss(options.Scale)
{
    private readonly double cosine = Math.Cos(options.Margin);
    private readonly double sine = Math.Sin(options.Margin);

    /// <inheritdoc/>
    protected override Tensor Target(Tensor similarity)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        Tensor shifted = (similarity * cosine) - (SquaredSine(similarity).Clamp(Floor(similarity), null).Sqrt() * sine);
        return similarity.AtLeast(-cosine).Where(shifted, similarity - (options.Margin * sine));
    }

    /// <inheritdoc/>
    /// <remarks>sin(theta + m) / sin theta, and 1 beyond π - m.</remarks>
    protected override Tensor TargetSlope(Tensor similarity)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        double floor = Floor(similarity);
        Tensor squared = SquaredSine(similarity);
        Tensor root = similarity / squared.Clamp(floor, null).Sqrt() * squared.AtLeast(floor).To(similarity.Type);
        return similarity.AtLeast(-cosine).Where((root * sine) + cosine, similarity.OnesLike());
    }

    private static Tensor SquaredSine(Tensor similarity) => 1 - similarity.Square();

    private static double Floor(Tensor similarity) => similarity.Type == DataType.Float64 ? 1e-14 : 1e-7;
}

/// <summary>Settings of <see cref="ArcFaceLoss"/>; the defaults are the paper's.</summary>
public sealed record ArcFaceOptions : ProxyLossOptions
{
    /// <summary>m, what is added to the angle to the own class, in radians; within [0, π/2].</summary>
    public double Margin { get; init => field = Require.InRange(value, 0, Math.PI / 2); } = 0.5;

    /// <summary>What cosines are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 64;

    private protected override IPairLoss Loss() => new ArcFaceLoss(this);
}
