using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean (b - x)² with b = sign(x + μ Σ centres of the labels): outputs are pulled to signs that lean to centres of their classes, which move with each batch (DFH, Li et al., BMVC 2019).</summary>
/// <remarks>
/// <para>
/// After b is told, steps of gradient descent move the centres V (classes × K, zeros at first) down mean (Y V - b)² + v mean (V Vᵀ - K (2I - 1))² + q mean (V - sign V)²: near the signs of their
/// images, apart from each other, near signs. The rate falls to a tenth after three quarters of the steps, and once more after nine tenths.
/// </para>
/// <para>b and the centres are constants to the outputs. Validation leaves the centres alone. With a handful of classes and many bits the published rate makes the centres run away;
/// it is therefore at most classes / (4 v K), and classes² / (16 v K) below 4 classes: at 64 bits that binds below 8 classes. The cost a step of descent is O(classes² K).</para>
/// </remarks>
public sealed class FisherCenters : IQuantizer
{
    private const double LaterRate = 0.1;

    private readonly FisherCentersOptions options;

    /// <summary>Centres of zeros; belongs to the term that it is given to.</summary>
    public FisherCenters(FisherCentersOptions options, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        this.options = options;
        Centers = Tensor.Zeros([context.Classes, context.Dimensions], context.Type, context.Device).Detached();
    }

    /// <summary>V, classes × K.</summary>
    public Tensor Centers { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("centers", Centers)];

    /// <inheritdoc/>
    /// <remarks>Of outputs alone, the distance to their signs.</remarks>
    public Tensor Forward(Tensor outputs) => Distance(PairInputs.Precise(outputs), PairInputs.Precise(outputs).Detach().Sign());

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(input);
        Tensor precise = PairInputs.Precise(outputs), labels = CodeBank.Hot(input.Labels, Centers.Size(0), Centers.Type);
        Tensor codes = (precise.Detach() + (labels.MatMul(Centers) * options.Mu)).Sign();
        if (input.IsTraining && outputs.Count > 0)
        {
            Move(labels, codes);
        }
        return Distance(precise, codes);
    }

    private static Tensor Distance(Tensor outputs, Tensor codes) => (codes - outputs).Square().Sum() / Math.Max(1, outputs.Count);

    private void Move(Tensor labels, Tensor codes)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        using TensorScope scope = new();
        double classes = Centers.Size(0), bits = Centers.Size(1), near = 2 / (double)codes.Count, apart = options.Between * 4 / (classes * classes), sharp = options.Sharpness * 2 / (classes * bits);
        Tensor turned = labels.Transpose(), pull = turned.MatMul(codes) * near;
        double steady = options.Between > 0 ? Math.Min(classes / 4, 1) * classes / (4 * options.Between * bits) : double.PositiveInfinity;
        // What the centres are multiplied with, but for V Vᵀ, which changes from step to step.
        Tensor constant = (turned.MatMul(labels) * near) + ((bits - (Tensor.Eye(Centers.Size(0), Centers.Type, Centers.Device) * (2 * bits))) * apart);
        for (int step = 0; step < options.Steps; step++)
        {
            using TensorScope inner = new();
            Tensor slope = (constant + (Centers.MatMul(Centers.Transpose()) * apart)).MatMul(Centers) - pull + ((Centers - Centers.Sign()) * sharp);
            Centers.AddInPlace(slope, -Math.Min(options.Rate, steady) * Share(step + 1));
        }
    }

    /// <summary>What is left of the rate at a step, from 1: a tenth from three quarters of the steps on, a hundredth from nine tenths on.</summary>
    private double Share(int step) => 10L * step >= 9L * options.Steps ? LaterRate * LaterRate : 4L * step >= 3L * options.Steps ? LaterRate : 1;
}

/// <summary>Settings of <see cref="FisherCenters"/>; the defaults are the released ones.</summary>
public sealed record FisherCentersOptions
{
    /// <summary>μ, how much centres shift the signs; at least 0.</summary>
    public double Mu { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>v, weight of what keeps centres apart; at least 0.</summary>
    public double Between { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>q, weight of what draws centres to signs; at least 0.</summary>
    public double Sharpness { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Steps of descent a batch; at least 0.</summary>
    public int Steps { get; init => field = Require.AtLeast(value, 0); } = 200;

    /// <summary>Rate of descent; above 0.</summary>
    public double Rate { get; init => field = Require.Positive(value); } = 0.03;
}
