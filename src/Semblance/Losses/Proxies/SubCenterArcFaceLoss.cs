using Semblance.Losses.Pairs;

namespace Semblance.Losses.Proxies;

/// <summary>Sub-center ArcFace (Deng et al., ECCV 2020): ArcFace in which a class has several centres, of which the nearest counts.</summary>
/// <param name="options">Centres, margin and scale.</param>
/// <remarks>
/// Pairs are rows × centres, K for each class beside one another; S is the largest cosine to a centre of the class. Mislabelled and unusual images gather at centres of their own and
/// disturb the main one less.
/// </remarks>
public sealed class SubCenterArcFaceLoss(SubCenterArcFaceOptions options) : RowPairLoss
{
    private readonly ArcFaceLoss nearest = new(new ArcFaceOptions { Margin = options.Margin, Scale = options.Scale });

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => nearest.Parts(rows.NearestCenter(options.Centers));
}

/// <summary>Settings of <see cref="SubCenterArcFaceLoss"/>; the defaults are the paper's.</summary>
public sealed record SubCenterArcFaceOptions : ITermOptions
{
    /// <summary>K, centres a class; at least 1.</summary>
    public int Centers { get; init => field = Require.AtLeast(value, 1); } = 3;

    /// <summary>m, what is added to the angle to the own class, in radians; within [0, π/2].</summary>
    public double Margin { get; init => field = Require.InRange(value, 0, Math.PI / 2); } = 0.5;

    /// <summary>What cosines are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 64;

    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => new ProxyTerm(new SubCenterArcFaceLoss(this), ProxyTerm.Draw(context, Centers), new ProxyTermOptions { Output = Output, Centers = Centers });
}
