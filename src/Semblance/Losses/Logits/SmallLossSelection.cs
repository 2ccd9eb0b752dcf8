using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Small-loss selection: cross-entropy of the images of a batch that cost least, which are those whose labels are probably right (after Han et al., NeurIPS 2018, with one network that chooses for itself).</summary>
/// <remarks>
/// The share that stays is 1 - min(t / ramp, 1) noise, t the whole passes so far; at least one image stays, and of equal costs the earlier in the batch. Weights of images do not choose. A batch that only
/// measures keeps all.
/// </remarks>
public sealed class SmallLossSelection(SmallLossOptions options) : ILogitLoss
{
    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor costs = Functional.CrossEntropies(logits, labels);
        if (!input.IsTraining)
        {
            return new(costs);
        }
        Tensor kept = Kept(costs, options.KeptShare(input.Epoch));
        return new(costs.MaskedFill(kept.Not(), 0), kept.To(costs.Type));
    }

    /// <summary>Which images of a batch cost least, n bool.</summary>
    /// <param name="costs">n costs.</param>
    /// <param name="share">The share of them that stays, rounded down to images, at least one.</param>
    public static Tensor Kept(Tensor costs, double share)
    {
        ArgumentNullException.ThrowIfNull(costs);
        double[] values = costs.Detach().To(DataType.Float64).ToArray<double>();
        bool[] kept = new bool[values.Length];
        // A NaN is kept, so that it is not hidden.
        int count = Math.Min(values.Length, Math.Max(1, (int)Math.Floor((share * values.Length) + 1e-9)));
        foreach (int index in Enumerable.Range(0, values.Length).OrderBy(k => double.IsNaN(values[k]) ? double.NegativeInfinity : values[k]).Take(count))
        {
            kept[index] = true;
        }
        return Tensor.From(kept, kept.Length).To(costs.Device);
    }
}

/// <summary>Settings of <see cref="SmallLossSelection"/>.</summary>
public sealed record SmallLossOptions : LogitLossOptions
{
    /// <summary>Share of the labels that are wrong, as far as is known: what is left out in the end; within [0, 1).</summary>
    public double Noise { get; init => field = Require.Below(value, 0, 1); } = 0.2;

    /// <summary>Passes over which what is left out grows from nothing; at least 0.</summary>
    public double Ramp { get; init => field = Require.NotNegative(value); } = 10;

    /// <inheritdoc/>
    /// <remarks>Which of two labels is wrong cannot be told from the cost of both.</remarks>
    public override bool TakesMixed => false;

    /// <summary>R, the share of a batch that stays.</summary>
    /// <param name="epoch">Passes over the training images so far; whole ones count.</param>
    public double KeptShare(double epoch) => 1 - (Noise * (Ramp == 0 ? 1 : Math.Min(Math.Floor(epoch) / Ramp, 1)));

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new SmallLossSelection(this);
}
