using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

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
