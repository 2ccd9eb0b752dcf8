using System.Globalization;
using Semblance.Data.Pairs;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Training.Results;

/// <summary>Measures how well a model tells pairs of the same from others.</summary>
/// <param name="recipe">What is measured; embeddings are compared by cosine, codes by Hamming distance.</param>
/// <param name="pairs">The pairs.</param>
/// <param name="observer">Hears of the progress.</param>
public sealed class PairEvaluation(Recipe recipe, PairList pairs, IRunObserver observer)
{
    private static readonly double[] FalseAcceptRates = [1e-2, 1e-3];

    /// <summary>Opens the pairs that a recipe names.</summary>
    /// <returns>Null where it names none.</returns>
    /// <exception cref="InvalidDataException">The list has faults, or images are missing.</exception>
    public static PairList? Open(EvaluationRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Pairs is { } file ? PairList.Open(file, recipe.PairImages) : null;
    }

    /// <summary>Encodes the images and judges the pairs.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public IReadOnlyList<Score> Run(Model model, CancellationToken cancellation = default)
    {
        EncoderOptions options = new() { Threads = TrainingJob.LoaderThreads(recipe), Device = Device.Parse(recipe.Device) };
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), options);
        EncodedSet encoded = encoder.EncodeAll(pairs.Images, done => observer.Progressed("encoding pairs", done, pairs.Images.Count), cancellation);
        bool codes = recipe.Model.Head == HeadKind.Hash;
        double[] similarities = codes ? ByHamming(Codes.FromSigns(encoded.Rows, encoded.Width)) : ByCosine(encoded);
        bool[] same = [.. pairs.Pairs.Select(pair => pair.Same)];
        Verification pooled = Verification.Of(similarities, same, FalseAcceptRates);
        VerificationProtocol protocol = new() { Pairs = pairs.Name, Same = pooled.SamePairs, Other = pooled.Pairs - pooled.SamePairs, Similarity = codes ? "hamming" : "cosine" };
        Remark(protocol.Other);
        return [.. protocol.Scores(pooled, pairs.Folds < 2 ? null : FoldAccuracy.Of(similarities, same, [.. pairs.Pairs.Select(pair => pair.Fold)]))];
    }

    private void Remark(int others)
    {
        if (pairs.Folds < 2)
        {
            observer.Noted("The pairs are one fold; a threshold from other folds cannot be had, and accuracy is not measured.");
        }
        if (others * FalseAcceptRates[^1] < 1)
        {
            observer.Noted(string.Create(CultureInfo.InvariantCulture, $"{others} pairs of others are too few to tell a false accept rate of {FalseAcceptRates[^1]} from 0; {1 / FalseAcceptRates[^1]} are needed."));
        }
    }

    private double[] ByHamming(Codes codes) => [.. pairs.Pairs.Select(pair => -(double)codes.Distance(pair.First, codes[pair.Second]))];

    private double[] ByCosine(EncodedSet encoded) => [.. pairs.Pairs.Select(pair => Cosine(Row(encoded, pair.First), Row(encoded, pair.Second)))];

    private static ReadOnlySpan<float> Row(EncodedSet encoded, int index) => encoded.Rows.AsSpan(index * encoded.Width, encoded.Width);

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        (double dot, double first, double second) = (0, 0, 0);
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            first += (double)a[i] * a[i];
            second += (double)b[i] * b[i];
        }
        return first > 0 && second > 0 ? dot / Math.Sqrt(first * second) : 0;
    }
}
