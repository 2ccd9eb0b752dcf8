using Semblance.Data.LongTails;

namespace Semblance.Training;

/// <summary>How the training images are thinned out to a long tail.</summary>
public sealed record LongTailRecipe
{
    /// <summary>Images of the largest class for each of the smallest.</summary>
    public double Factor { get; init; } = 100;

    /// <summary>How the number of images falls from class to class.</summary>
    public LongTailProfile Profile { get; init; } = LongTailProfile.Exponential;

    /// <summary>Images of the first class; null for as many as the largest class has.</summary>
    public int? Most { get; init; }

    /// <summary>Seed of the choice.</summary>
    public int Seed { get; init; }

    /// <summary>The same for the maker.</summary>
    public LongTailOptions ToOptions() => new() { Factor = Factor, Profile = Profile, Most = Most, Seed = Seed };

    internal static LongTailRecipe Read(Section section)
    {
        LongTailRecipe defaults = new();
        return new()
        {
            Factor = section.Number("factor", defaults.Factor, min: 1),
            Profile = section.Choice("profile", defaults.Profile),
            Most = section.IntOrNull("most", defaults.Most, min: 1),
            Seed = section.Int("seed", defaults.Seed, min: 0),
        };
    }
}
