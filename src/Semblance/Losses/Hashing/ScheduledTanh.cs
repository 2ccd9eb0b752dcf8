using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>tanh(s x) with s going evenly from one value to another and staying there.</summary>
/// <param name="from">s at the start; above 0.</param>
/// <param name="to">s in the end; above 0.</param>
/// <param name="epochs">Epochs until then; 0 has s at its last value from the start.</param>
public sealed class ScheduledTanh(double from, double to, double epochs) : IRelaxation
{
    private readonly double from = Require.Positive(from, nameof(from));
    private readonly double to = Require.Positive(to, nameof(to));
    private readonly double epochs = Require.NotNegative(epochs, nameof(epochs));

    /// <summary>s at an epoch.</summary>
    public double Scale(double epoch) => epoch >= epochs ? to : from + ((to - from) * Math.Max(0, epoch) / epochs);

    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return (outputs * Scale(epoch)).Tanh();
    }
}
