using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Cli.Verbs;

/// <summary>The hash model of a run, opened to give codes.</summary>
internal sealed class RunCoder : IDisposable
{
    private readonly RunFolder _folder;
    private readonly Model _model;

    private RunCoder(RunFolder folder, Model model, ImageCoder coder) => (_folder, _model, Coder) = (folder, model, coder);

    /// <summary>Encodes with the model; passes over damaged images.</summary>
    public ImageCoder Coder { get; }

    /// <summary>Opens the run.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <exception cref="InvalidDataException">It is no run, or its model gives no codes.</exception>
    public static RunCoder Open(string run, int threads)
    {
        RunFolder folder = RunFolder.Open(run);
        try
        {
            Recipe recipe = TrainingRun.LoadRecipe(run, "device=cpu");
            if (recipe.Model.Head != HeadKind.Hash)
            {
                throw new InvalidDataException($"{run} has no hash model, and codes are needed. Name a run whose model.head is hash, or leave --model out.");
            }
            Model model = TrainingRun.LoadModel(folder, recipe);
            Torch.Threads = TrainingJob.OperatorThreads(recipe);
            ImageTransform transform = DataOpening.Transform(recipe.Data, augment: false);
            Encoder encoder = new(model, transform, new EncoderOptions { Threads = threads, SkipDamaged = true });
            return new RunCoder(folder, model, ImageCoder.OfModel(encoder, new EncodedNote(recipe.Name, EncodedNote.FingerprintOf(folder.ModelFile), transform.Key, [])));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }
}
