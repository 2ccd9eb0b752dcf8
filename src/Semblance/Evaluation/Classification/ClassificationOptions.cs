namespace Semblance.Evaluation.Classification;

/// <summary>What is measured of a classifier.</summary>
public sealed record ClassificationOptions
{
    /// <summary>The k of top-k accuracy beside top-1; where there are no more classes than that, it is left out of what is printed.</summary>
    public int K { get; init => field = AtLeastOne(value, nameof(K)); } = 5;

    /// <summary>Which classes are many, medium and few.</summary>
    public ShotGroups Groups { get; init; } = new();

    /// <summary>Bins of equal width for the calibration error.</summary>
    public int Bins { get; init => field = AtLeastOne(value, nameof(Bins)); } = 15;

    /// <summary>Whether the softmax of the logits means a probability, so that calibration can be told.</summary>
    public bool Calibrated { get; init; } = true;

    /// <summary>What was done to the logits, such as <c>tau-norm-0.7</c>; empty for nothing.</summary>
    public string PostProcessing { get; init; } = "";

    private static int AtLeastOne(int value, string name) => value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
