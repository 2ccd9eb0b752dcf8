using Semblance.Data;
using Semblance.Losses;
using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>A batch that goes through the model some images at a time, with the gradient of the whole batch (gradient caching, Gao et al., RepL4NLP 2021).</summary>
/// <remarks>
/// First every chunk runs without a graph; the objective sees the outputs of the whole batch and gives their derivatives; then every chunk runs once
/// more, with a graph and the same random numbers, and its rows of the derivatives go back through it. Memory is that of one chunk, the time that
/// of one forward pass more. Exact where an image's output does not depend on its neighbours: batch normalisation must not use the batch's own statistics.
/// </remarks>
internal sealed class ChunkedPass : ForwardPass
{
    private readonly TrainingJob job;
    private readonly StepBatch batch;
    private readonly int chunk;
    private readonly List<Tensor> randomStates;
    private readonly Tensor?[] leaves;

    private ChunkedPass(TrainingJob job, StepBatch batch, int chunk, List<Tensor> randomStates, Tensor?[] leaves, Tensor labels, ModelOutput output, ObjectiveValue value)
        : base(labels, output, value)
    {
        (this.job, this.batch, this.chunk, this.randomStates, this.leaves) = (job, batch, chunk, randomStates, leaves);
    }

    /// <summary>Runs a batch through the model in chunks, and through the objective whole.</summary>
    public static ForwardPass Of(TrainingJob job, Dataset data, StepBatch batch, double epoch, long step, int chunk)
    {
        Tensor labels = BatchLabels.Of(data, batch.Indices).To(job.Device);
        List<Tensor> randomStates = [];
        Tensor?[] leaves = Leaves(job, batch, chunk, randomStates);
        ModelOutput output = new(leaves[0]!, leaves[1], leaves[2], leaves[3]) { Experts = leaves[4] is null ? null : new(leaves[4]!, leaves[5]!, leaves[6], leaves[7]) };
        return new ChunkedPass(job, batch, chunk, randomStates, leaves, labels, output, Judge(job, batch, output, labels, epoch, step));
    }

    /// <inheritdoc/>
    public override void Backward(double factor)
    {
        Scaled(factor).Backward();
        Tensor[] given = [.. leaves.OfType<Tensor>()];
        Tensor?[] gradients = Autograd.Gradients(given);
        (Tensor Value, Tensor Kept)[] buffers = [.. job.Model.Buffers().Select(buffer => (buffer.Value, buffer.Value.Clone()))];
        using Tensor after = Torch.RandomState();
        foreach ((int first, int count, int k) in Chunks(batch, chunk))
        {
            using TensorScope scope = new();
            Torch.SetRandomState(randomStates[k]);
            Tensor[] again = [.. Parts(Run(job, batch, first, count)).OfType<Tensor>()];
            IEnumerable<Tensor> products = again.Zip(gradients).Where(pair => pair.First.RequiresGrad && pair.Second is not null).Select(pair => (pair.First * pair.Second!.Narrow(0, first, count)).Sum());
            products.Aggregate((Tensor?)null, (sum, product) => sum is null ? product : sum + product)?.Backward();
        }
        Torch.SetRandomState(after);
        Autograd.ClearGradients(given);
        Restore(buffers);
    }

    /// <summary>What the model gives for all chunks, cut off from it; null for outputs that it does not give.</summary>
    private static Tensor?[] Leaves(TrainingJob job, StepBatch batch, int chunk, List<Tensor> randomStates)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        List<Tensor?[]> outputs = [];
        foreach ((int first, int count, _) in Chunks(batch, chunk))
        {
            randomStates.Add(Torch.RandomState());
            using TensorScope scope = new();
            Tensor?[] parts = Parts(Run(job, batch, first, count));
            outputs.Add([.. parts.Select(part => part is null ? null : scope.Keep(part))]);
        }
        return [.. Enumerable.Range(0, outputs[0].Length).Select(part => outputs[0][part] is null ? null : Leaf(Tensor.Concatenate([.. outputs.Select(output => output[part]!)])))];
    }

    private static Tensor Leaf(Tensor joined)
    {
        joined.RequiresGrad = true;
        return joined;
    }

    private static Tensor?[] Parts(ModelOutput output) =>
        [output.Feature, output.Embedding, output.Code, output.Logits, output.Experts?.Features, output.Experts?.Logits, output.Experts?.Distilled, output.Experts?.Projections];

    private static IEnumerable<(int First, int Count, int Number)> Chunks(StepBatch batch, int chunk)
    {
        int images = batch.Indices.Length;
        for (int first = 0, number = 0; first < images; first += chunk, number++)
        {
            yield return (first, Math.Min(chunk, images - first), number);
        }
    }

    /// <summary>Running statistics see each image once a step, as without chunks.</summary>
    private static void Restore((Tensor Value, Tensor Kept)[] buffers)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        foreach ((Tensor value, Tensor kept) in buffers)
        {
            value.CopyFrom(kept);
        }
    }
}
