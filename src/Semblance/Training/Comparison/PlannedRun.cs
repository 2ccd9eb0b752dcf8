using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>One run of a comparison.</summary>
/// <param name="Family">Name of the family's recipe.</param>
/// <param name="Loss">What the table calls the loss.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Recipe">What is run.</param>
/// <param name="Folder">Where it is kept.</param>
/// <param name="IsBaseline">Whether nothing is trained: the features that the others start from.</param>
public sealed record PlannedRun(string Family, string Loss, int Seed, Recipe Recipe, string Folder, bool IsBaseline)
{
    /// <summary>Length of the codes; null where the comparison does not go by it.</summary>
    public int? Bits { get; init; }

    private string ScoresPath => Path.Combine(Folder, "scores.json");

    private string RecipePath => Path.Combine(Folder, "recipe.yaml");

    /// <summary>The kept recipe that was last found to say the same as <see cref="Recipe"/>.</summary>
    private string? accepted;

    /// <summary>Whether it has ended.</summary>
    /// <exception cref="InvalidDataException">The folder holds a run of another recipe.</exception>
    public bool IsFinished
    {
        get
        {
            if (File.Exists(RecipePath) && !SaysTheSame(File.ReadAllText(RecipePath)))
            {
                throw new InvalidDataException($"{Folder} was run with other settings than {Loss} has now, so they cannot stand in one table. Delete that folder to run it anew, or choose another --out.");
            }
            return File.Exists(RecipePath) && File.Exists(ScoresPath);
        }
    }

    /// <summary>Whether it was begun and has not ended.</summary>
    public bool IsBegun => File.Exists(RecipePath);

    /// <summary>Keys that came to be after the run was made stand in it at their defaults.</summary>
    private bool SaysTheSame(string kept)
    {
        if (kept == accepted)
        {
            return true;
        }
        string wanted = Recipe.Resolve();
        bool same = kept == wanted || Reread(kept) == wanted;
        accepted = same ? kept : null;
        return same;
    }

    private string? Reread(string kept)
    {
        try
        {
            return Recipe.Parse(kept, RecipePath, TrainingRun.Catalogue).Resolve();
        }
        catch (InvalidDataException)
        {
            // It names a key or a loss that is gone: other settings.
            return null;
        }
    }

    /// <summary>The scores of a run that has ended, of each thing that it measured: the loss, or the baselines by their names.</summary>
    public IReadOnlyList<ModelScores> Scores()
    {
        IReadOnlyList<ModelScores> measured = ScoresFile.Read(ScoresPath);
        return IsBaseline && Bits is not null ? measured : [measured[0] with { Name = Loss }];
    }
}
