namespace Semblance.Losses.Pairs;

/// <summary>What is done about a class of the batch that the tree does not have.</summary>
public enum UnknownClass
{
    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>Its pairs have the initial margin.</summary>
    InitialMargin,
}

/// <summary>Settings of <see cref="HierarchicalTripletLoss"/>.</summary>
public sealed record HierarchicalTripletOptions : IPairLossOptions
{
    /// <summary>beta, what every margin is larger by; finite.</summary>
    public double Gain { get; init => field = Require.Finite(value); } = 0.1;

    /// <summary>The margin of all pairs before there is a tree; finite.</summary>
    public double InitialMargin { get; init => field = Require.Finite(value); } = 0.2;

    /// <summary>Whether margins below 0, of classes wider than what separates them, are raised to 0.</summary>
    public bool ClampMargin { get; init; }

    /// <summary>What is compared: squared distances, as the margins are, or distances. Not cosines, which are on another scale.</summary>
    public PairDistance Distance
    {
        get;
        init => field = value != PairDistance.Cosine ? value : throw new ArgumentException("The margins of a tree of classes are squared distances, and cosines are on another scale. Choose squared-euclidean or euclidean.", nameof(Distance));
    } = PairDistance.SquaredEuclidean;

    /// <summary>What half of the sum is divided by.</summary>
    public TripletAverage Reduction { get; init; } = TripletAverage.Mean;

    /// <summary>What is done about a class that the tree does not have.</summary>
    public UnknownClass UnknownClass { get; init; } = UnknownClass.Refuse;

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new HierarchicalTripletLoss(this);

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => Distance.Require(given);

    /// <inheritdoc/>
    public ClassMargins? Margins(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Separation is { } separation ? new ClassMargins(separation, this) : null;
    }
}
