using Semblance.Curriculum;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Training.Cleaning;

namespace Semblance.Training.Curricula;

/// <summary>Divides the training images of each class into subsets, from clean to noisy, by what the model of a run makes of them.</summary>
internal static class SubsetSearch
{
    /// <summary>Looks at every training image and divides the classes.</summary>
    /// <param name="job">The run.</param>
    /// <param name="settings">What tells clean images from noisy ones.</param>
    /// <param name="features">What a frozen backbone gave for the training images; null to read their pixels.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="InvalidDataException">A class cannot be divided.</exception>
    public static DividedImages Run(TrainingJob job, CurriculumRecipe settings, float[]? features, IRunObserver observer, CancellationToken stop)
    {
        int threads = TrainingJob.OperatorThreads(job.Recipe);
        int[] labels = [.. job.Parts.Train.Items.Select(item => item.Labels[0])];
        (float[] rows, int width) = TrainingRows.Of(job, features, output => Chosen(output, settings), done => observer.Progressed("looking for noisy images", done, labels.Length), stop);
        try
        {
            return settings.Method switch
            {
                CurriculumMethod.Density => Density(rows, width, labels, job, settings, observer, stop),
                CurriculumMethod.Knn => Divided(NeighbourVotes.Of(rows, width, labels, new NeighbourOptions { Neighbours = settings.Neighbours, Threads = threads }).Agreement, labels, job, settings, observer),
                CurriculumMethod.Confident => Confident(rows, width, labels, job, settings, observer, stop),
                _ => Divided([.. labels.Select((label, index) => (double)rows[(index * width) + label])], labels, job, settings, observer),
            };
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{job.Parts.Train.Name} cannot be divided by curriculum.method: {Phrases.Kebab(settings.Method)}: {exception.Message} Choose another method or fewer curriculum.subsets.", exception);
        }
    }

    private static Tensor Chosen(ModelOutput output, CurriculumRecipe settings) =>
        settings.Method == CurriculumMethod.Probability || settings.Features == CurriculumFeatures.Probabilities ? (output.Logits ?? throw new ArgumentException("the model has no classifier.")).Softmax(1)
        : settings.Features == CurriculumFeatures.Feature ? output.Feature
        : output.Representation;

    private static DividedImages Density(float[] rows, int width, int[] labels, TrainingJob job, CurriculumRecipe settings, IRunObserver observer, CancellationToken stop)
    {
        DensityOptions options = settings.Density with { Seed = job.Recipe.Seed, Threads = TrainingJob.OperatorThreads(job.Recipe), OnDegenerate = Tolerated(settings) };
        DensityAnalysis analysis = DensityCurriculum.Fit(rows, width, labels, options, stop);
        TellUndivided(analysis.Failures, job, settings, observer);
        return new(analysis.Subset, analysis.Density, RelativeDensity.Of(analysis, labels, options.Method));
    }

    private static DividedImages Confident(float[] rows, int width, int[] labels, TrainingJob job, CurriculumRecipe settings, IRunObserver observer, CancellationToken stop)
    {
        LinearClassifierOptions options = new CleaningOptions().Classifier with { Folds = settings.Folds, Seed = job.Recipe.Seed, Threads = TrainingJob.OperatorThreads(job.Recipe) };
        int[] present = [.. labels.Distinct().Order()], places = Array.ConvertAll(labels, label => Array.BinarySearch(present, label));
        ConfidentLearning found = ConfidentSearch.Run(rows, width, places, present.Length, options, observer, stop);
        foreach (string told in LabelCleaning.Unjudged([.. found.Unjudged.Select(place => job.Parts.Train.ClassNames[present[place]])]))
        {
            observer.Warned(told);
        }
        return new(found.Subsets(), found.Margin, found.Margin);
    }

    private static DividedImages Divided(double[] clean, int[] labels, TrainingJob job, CurriculumRecipe settings, IRunObserver observer)
    {
        (int[] subsets, IReadOnlyList<(int, string)> failures) = ScoreSubsets.Divide(clean, labels, settings.Subsets, Tolerated(settings), settings.MostSubsets);
        TellUndivided(failures, job, settings, observer);
        return new(subsets, clean, clean);
    }

    /// <summary>Classes that cannot be divided are refused here, where their names are known.</summary>
    private static OnDegenerate Tolerated(CurriculumRecipe settings) => settings.Degenerate == UndividedClasses.Thirds ? OnDegenerate.UseRankThirds : OnDegenerate.PutAllInClean;

    private static void TellUndivided(IReadOnlyList<(int Label, string Failure)> failures, TrainingJob job, CurriculumRecipe settings, IRunObserver observer)
    {
        string[] told = [.. failures.Select(one => $"{job.Parts.Train.ClassNames[one.Label]} has {one.Failure}")];
        if (told.Length > 0 && settings.Degenerate == UndividedClasses.Refuse)
        {
            throw new InvalidDataException($"{told.Length} of the {job.Parts.Train.ClassNames.Count} classes of {job.Parts.Train.Name} cannot be divided: {ClassMembers.Listed(told)}. Set curriculum.subsets to fewer, or curriculum.degenerate to clean or thirds.");
        }
        foreach (string one in told)
        {
            observer.Warned($"{one} and could not be divided; {(settings.Degenerate == UndividedClasses.Thirds ? "its images are divided by rank" : "all its images count as clean")}.");
        }
    }
}
