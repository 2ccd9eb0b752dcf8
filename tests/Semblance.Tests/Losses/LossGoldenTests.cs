using System.Text.RegularExpressions;
using Semblance.Golden;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>The golden cases of the losses that are built, held to more than their files ask: our formulas differ from theirs in rounding only.</summary>
public sealed class LossGoldenTests
{
    private static readonly string[] Families =
    [
        "multi_similarity", "pair_weights_multi_similarity", "hhf", "proxy_anchor", "normalized_softmax", "proxy_nca", "soft_triple", "cosface", "arcface", "lt_label_smoothing",
        "contrastive", "triplet", "lifted_structure", "binomial_deviance", "n_pair",
        "pair_weights_contrastive", "pair_weights_triplet", "pair_weights_lifted_structure", "pair_weights_binomial_deviance",
        "dsh", "dpsh", "dhn", "dbdh", "idhn",
        "hashnet", "dch", "greedyhash", "csq", "dpn", "dtsh", "lcdsh", "qsmih", "orthohash",
        "hyp2", "dual_hinge",
        "circle", "supcon", "histogram", "pair_weights_circle", "pair_weights_supcon",
        "lt_balanced", "lt_bayias", "lt_class_balanced", "lt_drw", "lt_focal", "lt_ldam", "lt_logit", "lt_lr", "lt_unimix", "noise_gce",
    ];

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Repository.File("tests/golden"), "*.json").Select(file => Path.GetFileName(file)!).Where(file => Families.Any(family => file.StartsWith(family, StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_agrees_to_nine_digits(string file)
    {
        string tight = Regex.Replace(File.ReadAllText(Repository.File($"tests/golden/{file}")), @"""([ra]tol)"":\s*[^,}\s]+", "\"$1\": 1e-9");
        Assert.Null(GoldenRun.Run(GoldenCase.Parse(file, tight)).Fault);
    }

    [Theory]
    [InlineData("""{"loss":"multi_similarity","params":{"alpha":0},"inputs":{"embeddings":{"shape":[1,1],"data":[1]},"labels":{"shape":[1],"data":[0]}},"expected":{"error":true}}""")]
    [InlineData("""{"loss":"multi_similarity","params":{},"inputs":{"embeddings":{"shape":[2,1],"data":[1,1]},"labels":{"shape":[1],"data":[0]}},"expected":{"error":true}}""")]
    [InlineData("""{"loss":"hhf","params":{"bits":8,"num_classes":1000},"inputs":{"embeddings":{"shape":[1,1],"data":[1]},"weights":{"shape":[1,1],"data":[1]},"labels":{"shape":[1],"data":[0]}},"expected":{"error":true}}""")]
    [InlineData("""{"loss":"hhf","params":{"zeta":0},"inputs":{"embeddings":{"shape":[1,1],"data":[1]},"weights":{"shape":[1,1],"data":[1]},"labels":{"shape":[1],"data":[1]}},"expected":{"error":true}}""")]
    [InlineData("""{"loss":"arcface","params":{"scale":0},"inputs":{"embeddings":{"shape":[1,1],"data":[1]},"weights":{"shape":[1,1],"data":[1]},"labels":{"shape":[1],"data":[0]}},"expected":{"error":true}}""")]
    [InlineData("""{"loss":"soft_triple","params":{"centers_per_class":2},"inputs":{"embeddings":{"shape":[1,1],"data":[1]},"weights":{"shape":[3,1],"data":[1,1,1]},"labels":{"shape":[1],"data":[0]}},"expected":{"error":true}}""")]
    public void A_case_that_must_be_refused_is_refused(string json) => Assert.Null(GoldenRun.Run(GoldenCase.Parse("refused", json)).Fault);
}
