using System.Globalization;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>What a folder keeps of a run that has ended.</summary>
public sealed record FinishedRun
{
    /// <summary>The folder, as it was given.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the recipe.</summary>
    public required string Name { get; init; }

    /// <summary>The run's.</summary>
    public required int Seed { get; init; }

    /// <summary>Length of its codes; null for embeddings.</summary>
    public int? Bits { get; init; }

    /// <summary>Every key of the resolved recipe with its value.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The resolved recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The model first, then the model after post-processing, then the baselines; baselines alone where nothing was trained.</summary>
    public required IReadOnlyList<ModelScores> Models { get; init; }

    /// <summary>Curves, statistics and queries; null for a run of a time before they were kept.</summary>
    public RunDetails? Details { get; init; }

    /// <summary>Versions and data; null where nothing was trained.</summary>
    public RunNote? Note { get; init; }

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidDataException">It holds no run, or one that has not ended.</exception>
    public static FinishedRun Load(string path)
    {
        RunFolder folder = RunFolder.Open(path);
        if (!File.Exists(folder.ScoresFile))
        {
            throw new InvalidDataException($"{path} has no scores.json: the run has not ended. Continue it with 'semblance train --resume --out {path}', or leave such runs out with --partial.");
        }
        IReadOnlyDictionary<string, string> settings = FlatRecipe.Read(folder.RecipeFile);
        IReadOnlyList<ModelScores> models = ScoresFile.Read(folder.ScoresFile);
        if (models.Count == 0 || models[0].Scores.Count == 0)
        {
            throw new InvalidDataException($"{folder.ScoresFile} holds no score; write it anew with 'semblance evaluate {path}'.");
        }
        return new FinishedRun
        {
            Folder = path,
            Name = settings.GetValueOrDefault("name", Path.GetFileName(folder.Root)),
            Seed = Number(settings, "seed") ?? 0,
            Bits = settings.GetValueOrDefault("model.head") == "hash" ? Number(settings, "model.bits") : null,
            Settings = settings,
            Recipe = File.ReadAllText(folder.RecipeFile),
            Models = models,
            Details = DetailsFile.Read(folder.DetailsFile),
            Note = File.Exists(folder.RunFile) ? RunNote.Read(folder.RunFile) : null,
        };
    }

    /// <summary>What is kept of one of its models; null where nothing is.</summary>
    internal ModelDetails? DetailsOf(string model) => Details?.Models.FirstOrDefault(one => one.Name == model);

    private static int? Number(IReadOnlyDictionary<string, string> settings, string key) =>
        int.TryParse(settings.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;
}
