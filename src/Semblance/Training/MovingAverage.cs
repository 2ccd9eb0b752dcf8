using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>An exponential moving average of weights, and the means to swap it in.</summary>
/// <remarks>average = decay average + (1 - decay) weight after every step; integer buffers are copied.</remarks>
public sealed class MovingAverage : IDisposable
{
    private readonly (string Name, Tensor Value)[] live;
    private readonly Tensor[] average;
    private readonly double decay;

    /// <summary>Begins with a copy of the weights.</summary>
    /// <param name="weights">Parameters and buffers, by name; they stay the model's.</param>
    /// <param name="decay">Within (0, 1).</param>
    public MovingAverage(IEnumerable<(string Name, Tensor Value)> weights, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(decay, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(decay, 1);
        this.decay = decay;
        live = [.. weights];
        average = Array.ConvertAll(live, entry => entry.Value.Detach().Clone().Detached());
    }

    /// <summary>The averages by name; they stay this object's.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => live.Select((entry, k) => (entry.Name, average[k]));

    /// <summary>Takes in the weights as they are now.</summary>
    public void Update()
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        List<Tensor> averages = [], weights = [];
        for (int k = 0; k < live.Length; k++)
        {
            if (live[k].Value.Type is DataType.Float32 or DataType.Float64)
            {
                averages.Add(average[k]);
                weights.Add(live[k].Value);
            }
            else
            {
                average[k].CopyFrom(live[k].Value);
            }
        }
        Foreach.Multiply([.. averages], decay);
        Foreach.Add([.. averages], [.. weights], 1 - decay);
    }

    /// <summary>Begins again with the weights as they are now.</summary>
    public void Restart()
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        for (int k = 0; k < live.Length; k++)
        {
            average[k].CopyFrom(live[k].Value);
        }
    }

    /// <summary>Exchanges the weights with their averages; a second call undoes the first.</summary>
    public void Swap()
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        for (int k = 0; k < live.Length; k++)
        {
            Tensor held = average[k].Clone();
            average[k].CopyFrom(live[k].Value);
            live[k].Value.CopyFrom(held);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in average)
        {
            tensor.Dispose();
        }
    }
}
