using Semblance.Data;
using Semblance.Data.Noise;
using Semblance.Data.Pairs;
using Semblance.Evaluation;
using Semblance.IO;
using Semblance.Models;
using Semblance.Reports;
using Semblance.Training.Results;

namespace Semblance.Training;

/// <summary>A whole run: images, training, evaluation, scores and page, in one folder.</summary>
public static class TrainingRun
{
    /// <summary>Trains and evaluates.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="path">The run's folder.</param>
    /// <param name="resume">Whether to go on with a run that the folder holds.</param>
    /// <param name="observer">Hears of it.</param>
    /// <param name="stop">Asks for a stop after the present step; a checkpoint is left.</param>
    /// <exception cref="InvalidDataException">Data, recipe or folder do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static RunResults Run(Recipe recipe, string path, bool resume, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        Dataset data = DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe), (done, total) => observer.Progressed("drawing images", done, total), stop);
        foreach (string problem in data.Problems)
        {
            observer.Warned(problem);
        }
        // What is wrong with the pairs is told before training, not after it.
        PairList? pairs = PairEvaluation.Open(recipe.Evaluation);
        using TrainingJob job = new(recipe, data);
        using RunFolder folder = RunFolder.OpenForTraining(path, resume);
        WriteNotes(recipe, data, job.Parts, folder);
        foreach (string warning in job.Warnings)
        {
            observer.Warned(warning);
        }
        new Trainer(job, folder, observer).Run(resume, stop);
        try
        {
            return Evaluate(new(recipe, job.Parts, observer, pairs, FrozenFeatures.ForEvaluation(recipe, folder.FeatureFolder, observer)), recipe, job.Model, folder, stop);
        }
        catch (OperationCanceledException)
        {
            observer.Noted($"Stopped after training, before the scores; {folder.Root} can be resumed with --resume.");
            throw;
        }
    }

    /// <summary>Evaluates a run that has ended, anew.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="recipe">The run's recipe, perhaps with another <c>evaluation</c>; see <see cref="LoadRecipe"/>.</param>
    /// <param name="observer">Hears of it.</param>
    /// <param name="stop">Stops; scores and page stay as they were.</param>
    public static RunResults Evaluate(string path, Recipe recipe, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        using RunFolder folder = RunFolder.Open(path);
        Dataset data = DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe), null, stop);
        using Model model = LoadModel(folder, recipe);
        DataParts parts = DataParts.Of(data, recipe.Data);
        if (RunNote.Read(folder.RunFile).DataHash != parts.HashOf(data))
        {
            observer.Warned($"{data.Name} is not what {folder.Root} was trained on (the data hash differs): images that trained may be among the queries.");
        }
        RunEvaluation evaluation = new(recipe, parts, observer, PairEvaluation.Open(recipe.Evaluation), FrozenFeatures.ForEvaluation(recipe, folder.FeatureFolder, observer));
        return Evaluate(evaluation, recipe, model, folder, stop);
    }

    /// <summary>Verifies the model of a run that has ended by pairs of images. Nothing is written, and the images that trained are not needed.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="recipe">The run's recipe.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="observer">Hears of it.</param>
    /// <param name="stop">Stops.</param>
    public static ScoredModel Verify(string path, Recipe recipe, PairList pairs, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        using RunFolder folder = RunFolder.Open(path);
        using Model model = LoadModel(folder, recipe);
        IReadOnlyList<Score> scores = new PairEvaluation(recipe, pairs, observer).Run(model, stop);
        return new ScoredModel(recipe.Name, false, scores, null);
    }

    /// <summary>The recipe that a run began with.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="settings">Changes, as <c>--set</c> takes them.</param>
    public static Recipe LoadRecipe(string path, params IEnumerable<string> settings) => Recipe.Load(RunFolder.Open(path).RecipeFile, Catalogue, settings);

    /// <summary>The model that a run ended with, in evaluation.</summary>
    /// <exception cref="InvalidDataException">The run has not ended.</exception>
    public static Model LoadModel(RunFolder folder, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return File.Exists(folder.ModelFile)
            ? ModelBuilder.Load(recipe, RunNote.Read(folder.RunFile).Classes.Count, folder.ModelFile)
            : throw new InvalidDataException($"{folder.Root} has no model.safetensors: its training has not ended. Continue it with 'semblance train --resume --out {folder.Root}'.");
    }

    /// <summary>The names that recipes may use.</summary>
    public static RecipeCatalogue Catalogue { get; } = new(Objectives.Losses, [.. Models.Backbones.BackboneCatalogue.All.Select(entry => entry.Name)]);

    private static RunResults Evaluate(RunEvaluation evaluation, Recipe recipe, Model model, RunFolder folder, CancellationToken stop)
    {
        RunResults results = evaluation.Run(model, stop);
        ScoresFile.Write(folder.ScoresFile, results);
        DetailsFile.Write(folder.DetailsFile, DetailsBuilder.Of(results));
        results.Whitening?.Save(folder.WhiteningFile);
        HtmlReport.Write(folder.ReportFile, RunReports.Of(recipe, folder, results, TimeProvider.System.GetUtcNow()));
        return results;
    }

    /// <summary>Writes recipe and note of a new run; compares them with those of a resumed one.</summary>
    private static void WriteNotes(Recipe recipe, Dataset data, DataParts parts, RunFolder folder)
    {
        RunNote note = RunNote.Of(recipe, data, parts, TimeProvider.System.GetUtcNow());
        if (!File.Exists(folder.RecipeFile))
        {
            note.Write(folder.RunFile);
            if (parts.Changed is { } changed)
            {
                AtomicFile.WriteText(folder.LabelsFile, LabelMap.ToText(changed));
            }
            AtomicFile.WriteText(folder.RecipeFile, recipe.Resolve());
            return;
        }
        RunNote before = RunNote.Read(folder.RunFile);
        if (before.DataHash != note.DataHash)
        {
            throw new InvalidDataException($"{folder.Root} was trained on other images: the data hash was {before.DataHash[..12]} and is now {note.DataHash[..12]}. Bring the images back, or train into a new folder.");
        }
        if (File.ReadAllText(folder.RecipeFile) != recipe.Resolve())
        {
            throw new InvalidDataException($"{folder.RecipeFile} differs from the recipe given. Resume without a recipe to go on with the old one, or train into a new folder.");
        }
    }
}
