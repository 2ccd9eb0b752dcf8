using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Cli.Verbs;

/// <summary>The hash model of a run, opened to give codes.</summary>
internal sealed class RunCoder : IDisposable
{
    private readonly HashModel _model;

    private RunCoder(HashModel model, ImageCoder coder) => (_model, Coder) = (model, coder);

    /// <summary>Encodes with the model; passes over damaged images.</summary>
    public ImageCoder Coder { get; }

    /// <summary>Opens the run.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <exception cref="InvalidDataException">It is no run, or its model gives no codes.</exception>
    public static RunCoder Open(string run, int threads)
    {
        HashModel model = HashModel.Open(run);
        Torch.Threads = TrainingJob.OperatorThreads(model.Recipe);
        Encoder encoder = new(model.Model, model.Transform, new EncoderOptions { Threads = threads, SkipDamaged = true });
        return new RunCoder(model, ImageCoder.OfModel(encoder, model.Note));
    }

    public void Dispose() => _model.Dispose();
}
