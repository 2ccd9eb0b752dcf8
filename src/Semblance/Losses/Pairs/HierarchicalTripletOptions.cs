namespace Semblance.Losses.Pairs;

/// <summary>What a triplet compares.</summary>
public enum TripletDistance
{
    /// <summary>Squared distances; the margins of a class tree are squared distances too.</summary>
    SquaredEuclidean,

    /// <summary>Distances, as some write the loss.</summary>
    Euclidean,
}

/// <summary>What the sum over triplets is divided by.</summary>
public enum TripletReduction
{
    /// <summary>Twice the number of valid triplets, active or not: the value falls as triplets are satisfied.</summary>
    AllTriplets,

    /// <summary>Twice the number of active triplets.</summary>
    ActiveTriplets,
}

/// <summary>What is done about a class of the batch that the tree does not have.</summary>
public enum UnknownClass
{
    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>Its pairs have the initial margin.</summary>
    InitialMargin,
}

/// <summary>Settings of <see cref="HierarchicalTripletLoss"/>.</summary>
public sealed record HierarchicalTripletOptions
{
    /// <summary>beta, what every margin is larger by; finite.</summary>
    public double Gain { get; init => field = Require.Finite(value); } = 0.1;

    /// <summary>The margin of all pairs before there is a tree; finite.</summary>
    public double InitialMargin { get; init => field = Require.Finite(value); } = 0.2;

    /// <summary>Whether margins below 0, of classes wider than what separates them, are raised to 0.</summary>
    public bool ClampMargin { get; init; }

    /// <summary>What is compared.</summary>
    public TripletDistance Distance { get; init; } = TripletDistance.SquaredEuclidean;

    /// <summary>What the sum is divided by.</summary>
    public TripletReduction Reduction { get; init; } = TripletReduction.AllTriplets;

    /// <summary>What is done about a class that the tree does not have.</summary>
    public UnknownClass UnknownClass { get; init; } = UnknownClass.Refuse;
}
