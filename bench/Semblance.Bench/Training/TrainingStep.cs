using System.Runtime.InteropServices;
using Semblance.Models.Backbones;
using Semblance.Tensors;
using Semblance.Training.Optimizers;

namespace Semblance.Bench.Training;

/// <summary>A network with a classifier, one batch and SGD: forward, cross-entropy, backward, optimizer, gradients cleared.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly Backbone network;
    private readonly Sgd optimizer;
    private readonly Tensor images;
    private readonly Tensor labels;

    public TrainingStep(Backbone network, int batch, int size, int classes)
    {
        this.network = network;
        network.Initialize(1);
        network.Train();
        (string Name, Tensor Value)[] parameters = [.. network.Parameters()];
        optimizer = new Sgd([new ParameterGroup([.. parameters.Select(parameter => parameter.Name)], [.. parameters.Select(parameter => parameter.Value)], 0.01, 5e-4)], momentum: 0.9);
        SeededRandom random = new(1);
        images = Tensor.From(Enumerable.Range(0, batch * 3 * size * size).Select(_ => (float)random.NextNormal()).ToArray(), batch, 3, size, size);
        labels = Tensor.From(Enumerable.Range(0, batch).Select(k => (long)(k % classes)).ToArray(), batch);
    }

    /// <summary>Writes weights and images as the peer reads them.</summary>
    public void SaveStart(string path)
    {
        using FileStream file = File.Create(path);
        foreach (Tensor value in network.State().Select(item => item.Parameter.Value).Append(images).Where(value => value.Type == DataType.Float32))
        {
            file.Write(MemoryMarshal.AsBytes(value.ToArray<float>().AsSpan()));
        }
    }

    /// <summary>Takes steps.</summary>
    /// <returns>The loss of the last.</returns>
    public double Run(int steps)
    {
        double last = 0;
        for (int k = 0; k < steps; k++)
        {
            using TensorScope scope = new();
            Tensor loss = Functional.CrossEntropy(network.Forward(images), labels);
            loss.Backward();
            optimizer.Step(1);
            optimizer.ClearGradients();
            last = k == steps - 1 ? loss.ToDouble() : 0;
        }
        return last;
    }

    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
        images.Dispose();
        labels.Dispose();
    }
}
