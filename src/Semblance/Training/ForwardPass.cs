using Semblance.Data;
using Semblance.Losses;
using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>What a model and an objective make of one batch. The tensors belong to the present scope.</summary>
/// <param name="Labels">n class ids, or n × classes of 0 and 1.</param>
/// <param name="Output">What the model gave.</param>
/// <param name="Value">What the objective says.</param>
public sealed record ForwardPass(Tensor Labels, ModelOutput Output, ObjectiveValue Value)
{
    /// <summary>Runs a batch through the model and the objective of a job.</summary>
    /// <param name="job">The run.</param>
    /// <param name="data">The images that the batch was made of.</param>
    /// <param name="batch">Pixels or features.</param>
    /// <param name="epoch">Passes over the training images so far.</param>
    public static ForwardPass Of(TrainingJob job, Dataset data, StepBatch batch, double epoch)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(batch);
        Tensor labels = BatchLabels.Of(data, batch.Indices).To(job.Device);
        ModelOutput output = Run(job, batch);
        return new ForwardPass(labels, output, job.Objective.Forward(new TermInput(Named(output), labels, epoch)));
    }

    /// <summary>Images whose largest logit is that of a label of theirs.</summary>
    /// <exception cref="InvalidOperationException">The model has no logits.</exception>
    public int CountRight()
    {
        Tensor logits = Output.Logits ?? throw new InvalidOperationException("The model has no classifier, so nothing is right or wrong.");
        Tensor guess = logits.ArgMax(1);
        Tensor right = Labels.Rank == 1 ? guess.EqualTo(Labels) : Labels.Gather(1, guess.Unsqueeze(1)).GreaterThan(0);
        return (int)right.Sum().ToInt64();
    }

    private static ModelOutput Run(TrainingJob job, StepBatch batch)
    {
        if (job.Recipe.Precision != Precision.Autocast)
        {
            return batch.Run(job.Model, job.Device);
        }
        using Autograd.AutocastMode mode = Autograd.Autocast(job.Device);
        return batch.Run(job.Model, job.Device);
    }

    private static Outputs Named(ModelOutput output)
    {
        Outputs named = new((Outputs.Feature, output.Feature), (Outputs.Representation, output.Representation));
        (string Name, Tensor? Value)[] parts = [(Outputs.Embedding, output.Embedding), (Outputs.Code, output.Code), (Outputs.Logits, output.Logits)];
        foreach ((string name, Tensor? value) in parts)
        {
            named = value is null ? named : named.With(name, value);
        }
        return named;
    }
}
