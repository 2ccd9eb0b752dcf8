namespace Semblance.Data.Loading;

/// <summary>RandAugment (Cubuk et al., 2020): a few of 14 changes, drawn anew for each image, all with one strength.</summary>
/// <remarks>
/// The changes and their strongest forms are those of AutoAugment, with inversion left out and nothing at all among them. Libraries differ in scale and list; here 0 changes nothing and 10 is the strongest, for every change.
/// </remarks>
public sealed record RandAugmentOptions
{
    /// <summary>n, changes of an image; at least 1.</summary>
    public int Operations { get; init => field = Require.AtLeast(value, 1); } = 2;

    /// <summary>m, the strength, 0 to 10.</summary>
    public double Magnitude { get; init => field = Require.InRange(value, 0, 10); } = 9;

    /// <summary>Deviation of the strength, drawn for each change from a normal distribution and cut to 0..10; at least 0.</summary>
    public double Deviation { get; init => field = Require.NotNegative(value); }

    /// <summary>How likely each change is done, 0 to 1.</summary>
    public double Probability { get; init => field = Require.InRange(value, 0, 1); } = 1;
}
