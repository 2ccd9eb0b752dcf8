using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Serving.Images;

/// <summary>The hash model of a trained run, ready to encode; several threads may do so at the same time.</summary>
internal sealed class RunModel : IDisposable
{
    private readonly HashModel _model;
    private readonly Device _device;

    private RunModel(HashModel model, Device device) => (_model, _device) = (model, device);

    /// <summary>How images are seen.</summary>
    public ImageTransform Transform => _model.Transform;

    /// <summary>Which model it is.</summary>
    public EncodedNote Note => _model.Note;

    /// <summary>Bits of a code.</summary>
    public int Bits => _model.Model.RepresentationCount;

    /// <summary>Opens the model that a run ended with.</summary>
    /// <param name="runFolder">The folder of the run.</param>
    /// <param name="device">cpu or cuda[:N].</param>
    /// <exception cref="InvalidDataException">The run has not ended, or its model gives no codes.</exception>
    public static RunModel Open(string runFolder, string device) => new(HashModel.Open(runFolder, device), Device.Parse(device));

    /// <summary>What the model gives for some images.</summary>
    /// <param name="pixels">Images × 3 × size × size values.</param>
    /// <param name="images">How many.</param>
    /// <returns>Images × bits values, whose signs are the bits.</returns>
    public float[] Forward(ReadOnlySpan<float> pixels, int images)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Tensor seen = Tensor.From(pixels, images, 3, Transform.Size, Transform.Size).To(_device);
        return _model.Model.Forward(seen).To(DataType.Float32).ToArray<float>();
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _model.Dispose();
}
