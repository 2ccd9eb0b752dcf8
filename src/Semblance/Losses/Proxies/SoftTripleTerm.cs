using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>SoftTriple with its centres, and tau times the regulariser that draws the centres of a class together.</summary>
public sealed class SoftTripleTerm : IPairwiseTerm, IHingedTerm
{
    private readonly SoftTripleOptions options;
    private readonly ProxyTerm classes;

    /// <summary>A term that owns its centres.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="centers">(classes · K) × d, row c K + k for centre k of class c; leaves every scope and belongs to the term.</param>
    public SoftTripleTerm(SoftTripleOptions options, Tensor centers)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        classes = new ProxyTerm(new SoftTripleLoss(options), centers, new ProxyTermOptions { Output = options.Output, Centers = options.Centers });
    }

    private SoftTripleTerm(SoftTripleOptions options, ProxyTerm classes) => (this.options, this.classes) = (options, classes);

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => classes.Parameters;

    /// <inheritdoc/>
    public PairShape Shape => classes.Shape;

    /// <inheritdoc/>
    public PairBatch PairsOf(TermInput input) => classes.PairsOf(input);

    /// <inheritdoc/>
    public Tensor WeightsOf(PairBatch pairs) => classes.WeightsOf(pairs);

    /// <inheritdoc/>
    public ITerm WithHinge(HashHinge hinge) => new SoftTripleTerm(options, (ProxyTerm)classes.WithHinge(hinge));

    /// <inheritdoc/>
    /// <returns>The sum, and as its parts <c>classes</c> and <c>centers</c>, the latter with its weight; without a regulariser the sum alone.</returns>
    public TermValue Forward(TermInput input)
    {
        TermValue value = classes.Forward(input);
        if (options.Tau == 0 || options.Centers == 1)
        {
            return value;
        }
        Tensor spread = CenterSpread(classes.Proxies, options.Centers) * options.Tau;
        return new TermValue(value.Value + spread, [("classes", value.Value), ("centers", spread)]);
    }

    /// <summary>Σ over classes and their pairs of centres of √(2 - 2 w·w'), over classes · K (K - 1): half the mean distance of two centres of a class (equation 11).</summary>
    /// <param name="centers">(classes · K) × d; normalised here.</param>
    /// <param name="perClass">K; with 1 the spread is 0.</param>
    /// <remarks>1e-5 is added under the root, as in the released code: merged centres have a finite gradient.</remarks>
    public static Tensor CenterSpread(Tensor centers, int perClass)
    {
        Tensor unit = PairInputs.Rows(centers, normalize: true).Reshape(-1, perClass, centers.Size(1));
        long classes = unit.Size(0);
        Tensor index = Tensor.Arange(0, perClass, device: centers.Device);
        Tensor pairs = index.Unsqueeze(1).LessThan(index.Unsqueeze(0)).Unsqueeze(0);
        Tensor distances = ((unit.MatMul(unit.Transpose(1, 2)) * -2) + (2 + 1e-5)).Clamp(1e-12, null).Sqrt();
        return distances.MaskedFill(pairs.Not(), 0).Sum() / Math.Max(1.0, classes * perClass * (perClass - 1.0));
    }
}
