using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>The discrete half of DSDH (Li et al., NeurIPS 2017): binary codes B of all training images from which a linear classifier W tells their labels, made anew every epoch.</summary>
/// <remarks>
/// <para>
/// At the first batch of an epoch so many passes minimise ‖Y - B W‖² + ν/μ ‖W‖² + η/μ ‖B - U‖² over W in closed form, W = (BᵀB + ν/μ I)⁻¹ BᵀY, and then over one bit of all codes after the
/// other, b = sign(p - B' W' w) with P = Y Wᵀ + η/μ U; U and Y are those of the bank. An image that has not been seen keeps a code of zeros.
/// </para>
/// <para>The value is μ mean (Y - B W)² + ν mean W², over the batch; codes and classifier are constants, so that it trains nothing, as released. <see cref="DiscreteCodesOptions.Pull"/> adds what does.</para>
/// </remarks>
public sealed class DiscreteCodes : IQuantizer
{
    private const int Block = 4096;

    private readonly CodeBank bank;
    private readonly DiscreteCodesOptions options;
    private readonly Tensor epoch;

    /// <summary>Codes and classifier of zeros; belongs to the term that it is given to.</summary>
    /// <param name="bank">Outputs and labels of all training images, which another part of the term keeps up to date.</param>
    /// <param name="options">Weights and passes.</param>
    /// <param name="context">Number of classes and bits.</param>
    public DiscreteCodes(CodeBank bank, DiscreteCodesOptions options, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        (this.bank, this.options) = (bank, options);
        Codes = bank.Codes.ZerosLike().Detached();
        Classifier = Tensor.Zeros([context.Dimensions, context.Classes], context.Type, context.Device).Detached();
        epoch = Tensor.Full([1], -1, DataType.Int64).Detached();
    }

    /// <summary>B, N × K of -1 and 1; 0 for images that have not been seen.</summary>
    public Tensor Codes { get; }

    /// <summary>W, K × classes.</summary>
    public Tensor Classifier { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("discrete.codes", Codes), ("discrete.classifier", Classifier), ("discrete.epoch", epoch)];

    /// <inheritdoc/>
    /// <remarks>Of outputs alone, the distance to their signs.</remarks>
    public Tensor Forward(Tensor outputs) => Pull(PairInputs.Precise(outputs), outputs.Detach().Sign());

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(input);
        Tensor precise = PairInputs.Precise(outputs);
        if (input.IsTraining)
        {
            Begin((long)Math.Floor(input.Epoch));
        }
        Tensor codes = input is { IsTraining: true, Items: { } items } ? Codes.IndexSelect(0, items) : precise.Detach().Sign();
        Tensor missed = CodeBank.Hot(input.Labels, Classifier.Size(1), Codes.Type) - codes.MatMul(Classifier);
        Tensor fit = (Mean(missed.Square()) * options.Mu) + (Mean(Classifier.Square()) * options.Nu);
        return (options.Pull == 0 ? fit : fit + Pull(precise, codes)).ConnectedTo(precise);
    }

    /// <summary>The passes over the bank as it is.</summary>
    public void Update()
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        for (int pass = 0; pass < options.Passes; pass++)
        {
            FitClassifier();
            for (long first = 0; first < Codes.Size(0); first += Block)
            {
                FitCodes(first, Math.Min(Block, Codes.Size(0) - first));
            }
        }
    }

    private void Begin(long now)
    {
        if (now > epoch.ToInt64())
        {
            Update();
            using Autograd.Mode unrecorded = Autograd.NoGrad();
            epoch.Fill(now);
        }
    }

    /// <summary>The classifier that fits the present codes best; counts are added in double precision.</summary>
    private void FitClassifier()
    {
        using TensorScope scope = new();
        long bits = Codes.Size(1), classes = Classifier.Size(1);
        Tensor gram = Tensor.Eye(bits, DataType.Float64, Codes.Device) * (options.Nu / options.Mu);
        Tensor cross = Tensor.Zeros([bits, classes], DataType.Float64, Codes.Device);
        for (long first = 0; first < Codes.Size(0); first += Block)
        {
            using TensorScope inner = new();
            long count = Math.Min(Block, Codes.Size(0) - first);
            Tensor codes = Codes.Narrow(0, first, count), turned = codes.Transpose();
            gram.AddInPlace(turned.MatMul(codes).To(DataType.Float64));
            cross.AddInPlace(turned.MatMul(bank.LabelRows(first, count, classes)).To(DataType.Float64));
        }
        Classifier.CopyFrom(gram.Solve(cross));
    }

    /// <summary>One bit of some codes after the other; each code depends on its own other bits alone.</summary>
    private void FitCodes(long first, long count)
    {
        using TensorScope scope = new();
        Tensor codes = Codes.Narrow(0, first, count), turned = Classifier.Transpose();
        Tensor wanted = bank.LabelRows(first, count, Classifier.Size(1)).MatMul(turned) + (bank.Codes.Narrow(0, first, count) * (options.Eta / options.Mu));
        Tensor others = Classifier.MatMul(turned) * (1 - Tensor.Eye(Codes.Size(1), Codes.Type, Codes.Device));
        for (long bit = 0; bit < Codes.Size(1); bit++)
        {
            using TensorScope inner = new();
            codes.Narrow(1, bit, 1).CopyFrom((wanted.Narrow(1, bit, 1) - codes.MatMul(others.Narrow(1, bit, 1))).Sign());
        }
    }

    /// <summary>Mean squared distance to codes, where there are some.</summary>
    private Tensor Pull(Tensor outputs, Tensor codes) => Mean((outputs - codes).Square().MaskedFill(codes.EqualTo(0), 0)) * options.Pull;

    private static Tensor Mean(Tensor values) => values.Sum() / Math.Max(1, values.Count);
}

/// <summary>Settings of <see cref="DiscreteCodes"/>; the defaults are the released ones.</summary>
public sealed record DiscreteCodesOptions
{
    /// <summary>μ, weight of the labels; above 0.</summary>
    public double Mu { get; init => field = Require.Positive(value); } = 1;

    /// <summary>ν, weight of the classifier's size; above 0.</summary>
    public double Nu { get; init => field = Require.Positive(value); } = 1;

    /// <summary>η, how much codes follow the outputs; at least 0.</summary>
    public double Eta { get; init => field = Require.NotNegative(value); } = 55;

    /// <summary>Passes an epoch; at least 0.</summary>
    public int Passes { get; init => field = Require.AtLeast(value, 0); } = 10;

    /// <summary>Weight of mean (x - b)², which pulls outputs to their codes; at least 0. The paper has such a part, the released code has none.</summary>
    public double Pull { get; init => field = Require.NotNegative(value); }
}
