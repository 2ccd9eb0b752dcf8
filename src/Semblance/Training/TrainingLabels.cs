using System.Globalization;
using Semblance.Data;
using Semblance.Data.Noise;

namespace Semblance.Training;

/// <summary>The training images as a recipe wants them to be met in the wild: first fewer of most classes, then with wrong labels.</summary>
/// <remarks>The true labels are kept beside; nothing trains on them.</remarks>
internal static class TrainingLabels
{
    /// <summary>Whether a recipe changes the training images.</summary>
    public static bool AreChanged(DataRecipe recipe) => recipe.LongTail is not null || recipe.Noise is not null;

    /// <summary>The changes, as the protocol of every score names them; with a comma before each.</summary>
    public static string Describe(DataRecipe recipe) => string.Concat(new object?[] { recipe.LongTail?.ToOptions(), recipe.Noise }.Where(change => change is not null).Select(change => $", {change}"));

    /// <summary>Changes the training part.</summary>
    /// <param name="train">The images that train, with their own labels.</param>
    /// <param name="data">All images, in whose order a table of labels may count.</param>
    /// <param name="recipe">What to change.</param>
    /// <exception cref="InvalidDataException">Images, table or matrix do not fit.</exception>
    public static Dataset Change(Dataset train, Dataset data, DataRecipe recipe)
    {
        // A table of labels is held against all training images, so that a tail does not hide that it is about others.
        int[]? observed = recipe.Noise is { Kind: NoiseKind.File } file ? FromTable(train, data, recipe, file) : null;
        Dictionary<string, int> places = observed is null ? [] : Enumerable.Range(0, train.Count).ToDictionary(place => train.Items[place].Id, StringComparer.Ordinal);
        Dataset left = recipe.LongTail?.ToOptions().Apply(train) ?? train;
        return recipe.Noise is not { } noise ? left
            : left.Observe([.. (observed is null ? Drawn(left, noise) : left.Items.Select(item => observed[places[item.Id]])).Select(label => new[] { label })]);
    }

    private static IEnumerable<int> Drawn(Dataset train, NoiseRecipe noise)
    {
        RequireOneLabel(train);
        try
        {
            int[] labels = [.. train.Items.Select(item => item.Labels[0])];
            return noise.Kind == NoiseKind.Instance
                ? InstanceNoise.Observe(labels, InstanceNoise.FeaturesOf(train), train.ClassNames.Count, noise.Rate!.Value, noise.Seed)
                : LabelNoise.Observe(labels, MatrixOf(noise, train.ClassNames.Count), noise.Seed);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{train.Name} does not fit data.noise: {exception.Message.Split(" (Parameter", 2)[0]}", exception);
        }
    }

    private static int[] FromTable(Dataset train, Dataset data, DataRecipe recipe, NoiseRecipe noise)
    {
        RequireOneLabel(train);
        string? split = noise.Split ?? (data.Splits.Contains(recipe.Train) ? recipe.Train : null);
        IReadOnlyDictionary<string, int> observed = ObservedLabels.Read(noise.File!, noise.Column!, split is null ? data : data.Split(split));
        string[] missing = [.. train.Items.Select(item => item.Id).Where(id => !observed.ContainsKey(id))];
        return missing.Length == 0
            ? [.. train.Items.Select(item => observed[item.Id])]
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{noise.File} has no label for {missing.Length:N0} of {train.Count:N0} training images, such as \"{missing[0]}\". Add them, or name the split that the table is about (data.noise.split)."));
    }

    private static void RequireOneLabel(Dataset train)
    {
        if (train.MultiLabel || train.Items.Any(item => item.Labels.Length != 1))
        {
            throw new InvalidDataException($"{train.Name} has images with several labels or none; data.noise takes one class for another, and needs one label an image. Leave data.noise out.");
        }
    }

    private static TransitionMatrix MatrixOf(NoiseRecipe noise, int classes)
    {
        if (noise.Kind != NoiseKind.Matrix)
        {
            double rate = noise.Rate!.Value;
            return noise.Kind switch
            {
                NoiseKind.Pair => TransitionMatrix.Pair(classes, rate),
                NoiseKind.SymmetricOthers => TransitionMatrix.SymmetricOthers(classes, rate),
                _ => TransitionMatrix.Symmetric(classes, rate),
            };
        }
        TransitionMatrix matrix = noise.MatrixFile is { } file ? TransitionMatrix.Read(file) : TransitionMatrix.Of([.. noise.Matrix]);
        return matrix.Classes == classes ? matrix
            : throw new ArgumentException($"The matrix has {matrix.Classes} rows; there are {classes} classes. Give a row for each, in the order of the classes.");
    }
}
