using Semblance.Losses;
using Semblance.Losses.Logits;
using Semblance.Training;

namespace Semblance.Tests.Training;

/// <summary>A catalogue with one loss of every kind of option, so that reading recipes is tested without the losses themselves.</summary>
internal static class TestLosses
{
    public static RecipeCatalogue Catalogue { get; } = new(
        new Dictionary<string, BindLoss>
        {
            ["cross-entropy"] = section => new CrossEntropy(section.Number("label-smoothing", 0, min: 0, below: 1)),
            ["multi-similarity"] = section => new MultiSimilarity { Alpha = section.Number("alpha", 2), Beta = section.Number("beta", 50, above: 0) },
            ["hhf"] = BindHhf,
        },
        ["squeezenet1_1", "mobilenet_v2", "resnet18", "resnet34", "bn_inception", "convnet"]);

    /// <summary>The smallest recipe.</summary>
    public const string Smallest = """
        data:
          path: photos
        model:
          backbone: convnet
        objective:
          - loss: multi-similarity

        """;

    public static Recipe Read(string text, params string[] settings) => Recipe.Parse(text, "photos.yaml", Catalogue, settings);

    /// <summary>The faults of a recipe, one a line.</summary>
    public static string[] FaultsOf(string text, params string[] settings) =>
        Xunit.Assert.Throws<InvalidDataException>(() => Read(text, settings)).Message.Split('\n');

    private static Hhf BindHhf(Section section)
    {
        HhfVariant variant = section.Choice("variant", HhfVariant.ProxyAnchor);
        return new(section.NumberOr("zeta", "auto", null, min: -1, max: 1), variant, section.When(variant == HhfVariant.ProxyAnchor, "variant: proxy-anchor").Number("alpha", 16, above: 0));
    }

    internal sealed record CrossEntropy(double LabelSmoothing) : ILogitTermOptions
    {
        public ITerm Create(TermContext context) => throw new NotSupportedException("Only its options are looked at.");
    }

    internal sealed record MultiSimilarity
    {
        public double Alpha { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value, "Alpha must be a finite number above 0."); } = 2;

        public double Beta { get; init; }
    }

    internal enum HhfVariant
    {
        ProxyAnchor,
        ProxyNca,
    }

    internal sealed record Hhf(double? Zeta, HhfVariant Variant, double Alpha);
}
