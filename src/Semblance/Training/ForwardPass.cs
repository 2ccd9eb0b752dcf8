using Semblance.Data;
using Semblance.Losses;
using Semblance.Models;
using Semblance.Models.Experts;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>What a model and an objective make of one batch. The tensors belong to the present scope.</summary>
public class ForwardPass
{
    /// <summary>What was made.</summary>
    /// <param name="labels">n class ids, or n × classes of 0 and 1.</param>
    /// <param name="output">What the model gave.</param>
    /// <param name="value">What the objective says.</param>
    protected ForwardPass(Tensor labels, ModelOutput output, ObjectiveValue value) => (Labels, Output, Value) = (labels, output, value);

    /// <summary>n class ids, or n × classes of 0 and 1.</summary>
    public Tensor Labels { get; }

    /// <summary>What the model gave.</summary>
    public ModelOutput Output { get; }

    /// <summary>What the objective says.</summary>
    public ObjectiveValue Value { get; }

    /// <summary>Runs a batch through the model and the objective of a job.</summary>
    /// <param name="job">The run.</param>
    /// <param name="data">The images that the batch was made of.</param>
    /// <param name="batch">Pixels or features.</param>
    /// <param name="epoch">Passes over the training images so far.</param>
    /// <param name="step">Steps of the optimizer so far; null where the batch does not train.</param>
    public static ForwardPass Of(TrainingJob job, Dataset data, StepBatch batch, double epoch, long? step = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(batch);
        Tensor labels = BatchLabels.Of(data, batch.Indices).To(job.Device);
        ModelOutput output = Run(job, batch, 0, batch.Indices.Length);
        return new ForwardPass(labels, output, Judge(job, batch, output, labels, epoch, step));
    }

    /// <summary>What the terms of the objective saw.</summary>
    /// <param name="epoch">Passes over the training images so far.</param>
    public TermInput InputAt(double epoch) => new(Named(Output), Labels, epoch);

    /// <summary>Adds the gradients of the value, times a factor, to those of the parameters.</summary>
    public virtual void Backward(double factor) => Scaled(factor).Backward();

    /// <summary>The value times a factor.</summary>
    protected Tensor Scaled(double factor) => factor == 1 ? Value.Total : Value.Total * factor;

    /// <summary>Images whose largest logit is that of a label of theirs.</summary>
    /// <exception cref="InvalidOperationException">The model has no logits.</exception>
    public int CountRight()
    {
        Tensor guess = Guess();
        Tensor right = Labels.Rank == 1 ? guess.EqualTo(Labels) : Labels.Gather(1, guess.Unsqueeze(1)).GreaterThan(0);
        return (int)right.Sum().ToInt64();
    }

    /// <summary>The class with the largest logit, of each image.</summary>
    /// <exception cref="InvalidOperationException">The model has no logits.</exception>
    internal long[] Guesses() => Guess().ToArray<long>();

    private Tensor Guess() => (Output.Logits ?? throw new InvalidOperationException("The model has no classifier, so nothing is right or wrong.")).ArgMax(1);

    /// <summary>Some images of a batch through the model, in the run's precision.</summary>
    protected static ModelOutput Run(TrainingJob job, StepBatch batch, int first, int count)
    {
        if (job.Recipe.Precision != Precision.Autocast)
        {
            return batch.Run(job.Model, job.Device, first, count);
        }
        using Autograd.AutocastMode mode = Autograd.Autocast(job.Device);
        return batch.Run(job.Model, job.Device, first, count);
    }

    /// <summary>What the objective says of outputs.</summary>
    protected static ObjectiveValue Judge(TrainingJob job, StepBatch batch, ModelOutput output, Tensor labels, double epoch, long? step)
    {
        bool trains = step is not null;
        Tensor? items = trains ? Tensor.From(Array.ConvertAll(batch.Indices, index => (long)index), batch.Indices.Length).To(job.Device) : null;
        Outputs outputs = Named(output);
        if (trains && job.Momentum is { } momentum)
        {
            outputs = outputs.With(Outputs.ExpertKeys, Keys(job, batch, momentum));
        }
        float[]? weights = step is { } at ? job.Curriculum?.WeightsOf(batch.Indices, at) : null;
        Tensor? factors = weights is null ? null : Tensor.From(weights, weights.Length).To(job.Device);
        return job.Objective.Forward(new TermInput(outputs, labels, epoch) { Step = step ?? 0, Items = items, Weights = factors, IsTraining = trains, Mix = batch.Mix?.Labels(labels) });
    }

    /// <summary>Keys of a batch, of as many images at a time as the recipe lets through the model.</summary>
    private static Tensor Keys(TrainingJob job, StepBatch batch, MomentumEncoder momentum)
    {
        int images = batch.Indices.Length, chunk = Math.Min(images, job.Recipe.Chunk ?? images);
        using Autograd.AutocastMode? mode = job.Recipe.Precision == Precision.Autocast ? Autograd.Autocast(job.Device) : null;
        return Tensor.Concatenate([.. Enumerable.Range(0, (images + chunk - 1) / chunk).Select(part => batch.Keys(momentum, job.Device, part * chunk, Math.Min(chunk, images - (part * chunk))))]);
    }

    private static Outputs Named(ModelOutput output)
    {
        Outputs named = new((Outputs.Feature, output.Feature), (Outputs.Representation, output.Representation));
        (string Name, Tensor? Value)[] parts = [(Outputs.Embedding, output.Embedding), (Outputs.Code, output.Code), (Outputs.Logits, output.Logits),
            (Outputs.ExpertFeatures, output.Experts?.Features), (Outputs.ExpertLogits, output.Experts?.Logits), (Outputs.ExpertDistilled, output.Experts?.Distilled), (Outputs.ExpertProjections, output.Experts?.Projections)];
        foreach ((string name, Tensor? value) in parts)
        {
            named = value is null ? named : named.With(name, value);
        }
        return named;
    }
}
