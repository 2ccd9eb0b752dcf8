using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Models;

namespace Semblance.Training;

/// <summary>The hash model that a run ended with, and how it sees images.</summary>
public sealed class HashModel : IDisposable
{
    private HashModel(Recipe recipe, Model model, ImageTransform transform, EncodedNote note) => (Recipe, Model, Transform, Note) = (recipe, model, transform, note);

    /// <summary>The run's recipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>The model, in evaluation; the signs of what it gives are the bits.</summary>
    public Model Model { get; }

    /// <summary>How images are seen.</summary>
    public ImageTransform Transform { get; }

    /// <summary>Which model it is.</summary>
    public EncodedNote Note { get; }

    /// <summary>Opens the model of a run.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="device">cpu or cuda[:N].</param>
    /// <exception cref="InvalidDataException">It is no run, it has not ended, or its model gives no codes.</exception>
    public static HashModel Open(string run, string device = "cpu")
    {
        using RunFolder folder = RunFolder.Open(run);
        Recipe recipe = TrainingRun.LoadRecipe(run, $"device={device}");
        if (recipe.Model.Head != HeadKind.Hash)
        {
            throw new InvalidDataException($"{run} has no hash model, and search goes by codes. Name a run whose model.head is hash, or leave the model out.");
        }
        ImageTransform transform = DataOpening.Transform(recipe.Data, augment: false);
        EncodedNote note = new(recipe.Name, EncodedNote.FingerprintOf(folder.ModelFile), transform.Key, []);
        Model model = TrainingRun.LoadModel(folder, recipe);
        model.Evaluate();
        return new HashModel(recipe, model, transform, note);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Model.Dispose();
}
