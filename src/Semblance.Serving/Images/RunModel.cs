using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Serving.Images;

/// <summary>The hash model of a trained run, ready to encode. Used by one thread at a time.</summary>
internal sealed class RunModel : IDisposable
{
    private readonly Model _model;
    private readonly Device _device;

    private RunModel(Model model, Device device, ImageTransform transform, EncodedNote note) => (_model, _device, Transform, Note) = (model, device, transform, note);

    /// <summary>How images are seen.</summary>
    public ImageTransform Transform { get; }

    /// <summary>Which model it is.</summary>
    public EncodedNote Note { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits => _model.RepresentationCount;

    /// <summary>Opens the model that a run ended with.</summary>
    /// <param name="runFolder">The folder of the run.</param>
    /// <param name="device">cpu or cuda[:N].</param>
    /// <exception cref="InvalidDataException">The run has not ended, or its model gives no codes.</exception>
    public static RunModel Open(string runFolder, string device)
    {
        using RunFolder folder = RunFolder.Open(runFolder);
        Recipe recipe = TrainingRun.LoadRecipe(runFolder, $"device={device}");
        if (recipe.Model.Head != HeadKind.Hash)
        {
            throw new InvalidDataException($"{runFolder} has no hash model, and search goes by codes. Name a run whose model.head is hash, or leave the model out.");
        }
        ImageTransform transform = DataOpening.Transform(recipe.Data, augment: false);
        EncodedNote note = new(recipe.Name, EncodedNote.FingerprintOf(folder.ModelFile), transform.Key, []);
        Model model = TrainingRun.LoadModel(folder, recipe);
        model.Evaluate();
        return new RunModel(model, Device.Parse(device), transform, note);
    }

    /// <summary>What the model gives for some images.</summary>
    /// <param name="pixels">Images × 3 × size × size values.</param>
    /// <param name="images">How many.</param>
    /// <returns>Images × bits values, whose signs are the bits.</returns>
    public float[] Forward(ReadOnlySpan<float> pixels, int images)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Tensor seen = Tensor.From(pixels, images, 3, Transform.Size, Transform.Size).To(_device);
        return _model.Forward(seen).To(DataType.Float32).ToArray<float>();
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _model.Dispose();
}
