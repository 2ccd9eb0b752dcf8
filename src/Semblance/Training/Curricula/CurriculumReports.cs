using System.Globalization;
using Semblance.Data;
using Semblance.Tensors;

namespace Semblance.Training.Curricula;

/// <summary>Begins the stages of a curriculum with the model as it is, and tells of it.</summary>
internal static class CurriculumReports
{
    /// <summary>Divides the training images, and lets model and optimizer begin anew where the recipe wants it.</summary>
    /// <param name="job">The run.</param>
    /// <param name="curriculum">Begins.</param>
    /// <param name="features">What a frozen backbone gave for the training images; null to read their pixels.</param>
    /// <param name="folder">Takes the table of subsets.</param>
    /// <param name="step">Steps of the optimizer so far.</param>
    /// <param name="observer">Hears of the progress and of the subsets.</param>
    /// <param name="stop">Stops the analysis; nothing has changed then.</param>
    /// <returns>The line for the log, of the first step of the first stage.</returns>
    public static Metrics Begin(TrainingJob job, TrainingCurriculum curriculum, float[]? features, RunFolder folder, long step, IRunObserver observer, CancellationToken stop)
    {
        DividedImages divided = curriculum.Tabled ?? SubsetSearch.Run(job, curriculum.Settings, features, observer, stop);
        if (step > 0 && curriculum.Settings.Fresh)
        {
            job.StartAnew();
        }
        curriculum.Begin(divided.Subsets, divided.Clean);
        if (curriculum.Tabled is null)
        {
            SubsetsOfTable.Write(folder.SubsetsFile, job.Parts.Train, divided);
        }
        (int Subset, int Count, double? Right)[] figures = [.. Figures(job.Parts.Train, divided.Subsets, curriculum.SubsetCount)];
        string parts = string.Join(", ", figures.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{(part.Right is { } right ? string.Create(CultureInfo.InvariantCulture, $" ({right:P1} with the right label)") : "")}")));
        observer.Noted(string.Create(CultureInfo.InvariantCulture, $"Stages begin with step {step + 1}; images by subset, the clean one first: {parts}."));
        return StageSummary.Line(step, curriculum.Times, figures);
    }

    /// <summary>Of each subset the number of images and, where true labels are known, the share whose label is right.</summary>
    public static IEnumerable<(int Subset, int Count, double? Right)> Figures(Dataset train, IReadOnlyList<int> subsets, int count)
    {
        bool known = train.Items.All(item => item.TrueLabels is not null);
        for (int subset = 0; subset < count; subset++)
        {
            DataItem[] items = [.. train.Items.Where((_, index) => subsets[index] == subset)];
            yield return (subset, items.Length, known && items.Length > 0 ? items.Count(item => item.Labels.SequenceEqual(item.TrueLabels!)) / (double)items.Length : null);
        }
    }
}
