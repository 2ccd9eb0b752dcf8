using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>Losses between embeddings and proxies, in double precision.</summary>
internal static class ProxySubjects
{
    public static void ProxyAnchor(GoldenCase golden, GoldenCheck check) =>
        Run(golden, check, new ProxyAnchorLoss(new ProxyAnchorOptions { Alpha = golden.Number("alpha"), Margin = golden.Number("margin") }));

    public static void NormalizedSoftmax(GoldenCase golden, GoldenCheck check) =>
        Run(golden, check, new NormalizedSoftmaxLoss(new NormalizedSoftmaxOptions { Temperature = golden.Number("temperature") }));

    public static void ProxyNca(GoldenCase golden, GoldenCheck check) => Run(golden, check, new ProxyNcaLoss(new ProxyNcaOptions
    {
        Scale = golden.Number("softmax_scale", new ProxyNcaOptions().Scale),
        PositiveInDenominator = golden.Flag("positive_in_denominator", missing: true),
    }));

    public static void CosFace(GoldenCase golden, GoldenCheck check) => Run(golden, check, new CosFaceLoss(new CosFaceOptions
    {
        Margin = golden.Number("margin", new CosFaceOptions().Margin),
        Scale = golden.Number("scale", new CosFaceOptions().Scale),
    }));

    public static void ArcFace(GoldenCase golden, GoldenCheck check) => Run(golden, check, new ArcFaceLoss(new ArcFaceOptions
    {
        Margin = golden.Has("margin_degrees") ? golden.Number("margin_degrees") * Math.PI / 180 : new ArcFaceOptions().Margin,
        Scale = golden.Number("scale", new ArcFaceOptions().Scale),
    }));

    public static void SoftTriple(GoldenCase golden, GoldenCheck check)
    {
        SoftTripleOptions options = new()
        {
            Centers = golden.Integer("centers_per_class", new SoftTripleOptions().Centers),
            Scale = golden.Number("la", new SoftTripleOptions().Scale),
            Gamma = golden.Number("gamma", new SoftTripleOptions().Gamma),
            Margin = golden.Number("margin", new SoftTripleOptions().Margin),
            Tau = golden.Number("tau_regulariser", 0),
        };
        Run(golden, check, new SoftTripleLoss(options), options.Centers, centers => SoftTripleTerm.CenterSpread(centers, options.Centers) * options.Tau);
    }

    private static void Run(GoldenCase golden, GoldenCheck check, IPairLoss loss, int centers = 1, Func<Tensor, Tensor>? regularizer = null)
    {
        using TensorScope scope = new();
        LossSubjects.Require(golden, "reduction", "mean");
        (Tensor embeddings, Tensor weights) = (LossSubjects.Leaf(golden, "embeddings"), LossSubjects.Leaf(golden, "weights"));
        Tensor proxies = HasClassesInColumns(golden) ? weights.Transpose() : weights;
        if (golden.Integer("num_classes", (int)proxies.Size(0) / centers) is var classes && classes * centers != proxies.Size(0))
        {
            throw new InvalidDataException($"the weights hold {proxies.Size(0)} proxies; num_classes {classes} with {centers} a class need {classes * centers}.");
        }
        Tensor value = loss.Forward(PairBatch.ToProxies(embeddings, LossSubjects.Labels(golden, "labels"), proxies, golden.Normalizes, centers));
        value = regularizer is null ? value : value + regularizer(proxies);
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_embeddings", embeddings), ("grad_weights", weights));
    }

    /// <summary>A layout such as <c>weights [d, num_classes]</c>, or <c>proxies [num_classes, d]</c>, which also holds where none is named.</summary>
    private static bool HasClassesInColumns(GoldenCase golden)
    {
        string layout = golden.Note("weight_layout") ?? "[num_classes";
        bool columns = layout.Contains("[d,", StringComparison.Ordinal);
        return columns || layout.Contains("[num_classes", StringComparison.Ordinal) ? columns : throw LossSubjects.Unknown("weight_layout", layout);
    }
}
