using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>What the metric sees instead of signs, which have no useful derivative.</summary>
public interface IRelaxation
{
    /// <summary>The outputs as the metric sees them.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    /// <param name="epoch">Passes over the training set so far.</param>
    Tensor Apply(Tensor outputs, double epoch);
}

/// <summary>tanh(s x), with s growing so that it nears the sign: s = √(⌊epoch / every⌋ + 1) (HashNet, Cao et al., ICCV 2017, as commonly run).</summary>
/// <param name="every">Epochs between two steps of the growth; at least 1.</param>
public sealed class TanhContinuation(int every = 20) : IRelaxation
{
    private readonly int every = Require.AtLeast(every, 1, nameof(every));

    /// <summary>s at an epoch.</summary>
    public double Scale(double epoch) => Math.Sqrt(Math.Floor(epoch / every) + 1);

    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return (outputs * Scale(epoch)).Tanh();
    }
}

/// <summary>Signs forward, the identity backward (GreedyHash, Su et al., NeurIPS 2018).</summary>
/// <remarks>An output of 0 counts as 1, as in codes.</remarks>
public sealed class StraightThroughSign : IRelaxation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor constant = outputs.Detach();
        return (constant.AtLeast(0).To(outputs.Type) * 2) - 1 + (outputs - constant);
    }
}
