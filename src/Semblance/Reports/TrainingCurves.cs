namespace Semblance.Reports;

/// <summary>What was measured while training, against the step.</summary>
public sealed record TrainingCurves
{
    /// <summary>The loss: the total first, then its terms.</summary>
    public IReadOnlyList<Curve> Losses { get; init; } = [];

    /// <summary>Scores on the validation split.</summary>
    public IReadOnlyList<Curve> Validation { get; init; } = [];

    /// <summary>The learning rate of each parameter group.</summary>
    public IReadOnlyList<Curve> LearningRates { get; init; } = [];

    /// <summary>The step whose weights were kept.</summary>
    public long? KeptStep { get; init; }
}

/// <summary>A quantity measured at some steps.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Steps">When, ascending.</param>
/// <param name="Values">The values, one a step; NaN and infinity leave a gap.</param>
public sealed record Curve(string Name, IReadOnlyList<long> Steps, IReadOnlyList<double> Values)
{
    /// <summary>The protocol id, where the values are scores.</summary>
    public string? Protocol { get; init; }
}
