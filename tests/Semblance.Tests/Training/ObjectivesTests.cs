using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Logits;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class ObjectivesTests : IDisposable
{
    private static readonly TermContext Context = new(10, 64, 7);
    private readonly TensorScope scope = new();

    public static TheoryData<string> Names => [.. Objectives.Losses.Keys];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_loss_has_options_that_are_read_from_a_name_alone_and_make_a_term(string loss)
    {
        TermRecipe term = Assert.Single(Read($"- {Least(loss)}"));
        using Objective objective = Objectives.Create([term], Context with { Items = 20, Experts = new ExpertShape(ExpertsOf(loss), true, 4), ClassCounts = [90, 70, 50, 30, 20, 10, 5, 3, 2, 1] });
        Tensor codes = Tensor.Randn([8, 64]), logits = Tensor.Randn([8, 10]);
        codes.RequiresGrad = logits.RequiresGrad = true;
        TermInput input = new(new Outputs([(Outputs.Code, codes), (Outputs.Logits, logits), .. OfExperts(codes, logits, ExpertsOf(loss))]), Tensor.From([0L, 0, 1, 0, 0, 9, 1, 9], 8)) { Items = Tensor.From([3L, 19, 0, 7, 4, 5, 6, 8], 8) };
        objective.Forward(input).Total.Backward();
        Assert.True(codes.Gradient is not null || logits.Gradient is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_resolved_recipe_gives_the_same_options_again(string loss)
    {
        Recipe recipe = Parse($"- {Least(loss)}");
        Assert.Equal(recipe.Objective[0], Recipe.Parse(recipe.Resolve(), "again.yaml", Catalogue).Objective[0]);
    }

    private static int ExpertsOf(string loss) => loss == "co-teaching" ? 2 : 3;

    private static (string Name, Tensor Value)[] OfExperts(Tensor codes, Tensor logits, int experts)
    {
        Tensor several = Tensor.Stack([.. Enumerable.Range(1, experts).Select(factor => logits * factor)], 1), features = codes.Narrow(1, 0, 4 * experts).Reshape(8, experts, 4);
        return [(Outputs.ExpertLogits, several), (Outputs.ExpertDistilled, several * 0.5), (Outputs.ExpertFeatures, features), (Outputs.ExpertProjections, features), (Outputs.ExpertKeys, features.Detach())];
    }

    /// <summary>A term with no more keys than it needs: of all losses only one that is put together from others needs any.</summary>
    private static string Least(string loss) => loss == "hash" ? "{loss: hash, metric: {loss: triplet}}" : $"{{loss: {loss}}}";

    [Fact]
    public void Left_out_keys_are_the_published_settings()
    {
        Assert.Equal(new HhfOptions(), Read("- loss: hhf")[0].Options);
        Assert.Equal(new ProxyAnchorOptions(), Read("- loss: proxy-anchor")[0].Options);
        Assert.Equal(new CrossEntropyOptions(), Read("- loss: cross-entropy")[0].Options);
        Assert.Equal(new PairLossTerm(MultiSimilarityOptions.Library, new PairTermOptions()), Read("- loss: multi-similarity")[0].Options);
        Assert.Equal(new PairLossTerm(MultiSimilarityOptions.Official, new PairTermOptions()), Read("- {loss: multi-similarity, preset: official}")[0].Options);
        Assert.Equal(new PairLossTerm(MultiSimilarityOptions.Paper with { Beta = 40 }, new PairTermOptions()), Read("- {loss: multi-similarity, preset: paper, beta: 40}")[0].Options);
    }

    [Fact]
    public void Every_key_reaches_its_option()
    {
        Assert.Equal(
            new HhfOptions { Variant = HhfVariant.Baseline, Alpha = 3, Inflection = 0.1, Slack = 0.3, QuantizationWeight = 0.01, ReferenceBatch = 85, ReferenceBits = 64, Relaxation = new() { Kind = RelaxationKind.Tanh, Every = 10 }, Output = "embedding" },
            Read("- {loss: hhf, variant: baseline, alpha: 3, zeta: 0.1, delta: 0.3, beta: 0.01, beta-reference-batch: 85, beta-reference-bits: 64, relaxation: tanh, relaxation-every: 10, output: embedding}")[0].Options);
        Assert.Equal(new HhfOptions { Hinge = false, Margin = 0.2, Quantization = false }, Read("- {loss: hhf, hinge: false, margin: 0.2, quantization: false}")[0].Options);
        Assert.Equal(new HhfOptions { Variant = HhfVariant.ProxyNca, VanishingRepulsion = true }, Read("- {loss: hhf, variant: proxy-nca, vanishing-repulsion: true}")[0].Options);
        Assert.Equal(
            new PairLossTerm(new MultiSimilarityOptions { Alpha = 1, Beta = 2, Base = 0.3, Epsilon = 0.4, PositiveSimilarityCutoff = 0.5 }, new PairTermOptions { Output = "feature" }),
            Read("- {loss: multi-similarity, alpha: 1, beta: 2, lambda: 0.3, epsilon: 0.4, positive-similarity-cutoff: 0.5, output: feature}")[0].Options);
        Assert.Equal(new CrossEntropyOptions { LabelSmoothing = 0.1, Output = "aux" }, Read("- {loss: cross-entropy, label-smoothing: 0.1, output: aux}")[0].Options);
        Assert.Equal(
            new PairLossTerm(new MultiSimilarityOptions(), new PairTermOptions { Memory = new CrossBatchMemoryOptions { Size = 10, FromStep = 2, Weight = 0.5 } }),
            Read("- {loss: multi-similarity, pairs: {memory: {size: 10, from-step: 2, weight: 0.5}}}")[0].Options);
        Assert.Equal(new ProxyNcaOptions { Scale = 9, PositiveInDenominator = false }, Read("- {loss: proxy-nca, scale: 9, positive-in-denominator: false}")[0].Options);
        Assert.Equal(new SoftTripleOptions { Centers = 2, Scale = 9, Gamma = 0.2, Margin = 0.1, Tau = 0 }, Read("- {loss: soft-triple, centers: 2, scale: 9, gamma: 0.2, margin: 0.1, tau: 0}")[0].Options);
        Assert.Equal(new CosFaceOptions { Margin = 0.1, Scale = 9 }, Read("- {loss: cosface, margin: 0.1, scale: 9}")[0].Options);
        Assert.Equal(new ArcFaceOptions { Margin = 0.1, Scale = 9 }, Read("- {loss: arcface, margin: 0.1, scale: 9}")[0].Options);
        Assert.Equal(new SubCenterArcFaceOptions { Centers = 2, Margin = 0.1, Scale = 9 }, Read("- {loss: sub-center-arcface, centers: 2, margin: 0.1, scale: 9}")[0].Options);
        Assert.Equal(new ProxyAnchorOptions { Alpha = 16, Margin = 0.2 }, Read("- {loss: proxy-anchor, alpha: 16, margin: 0.2}")[0].Options);
    }

    /// <summary>Terms of the losses over pairs and triplets, with a setting for every key of theirs.</summary>
    public static TheoryData<string, IPairLossOptions> PairPeers => new()
    {
        { "{loss: contrastive}", new ContrastiveOptions() },
        { "{loss: contrastive, distance: euclidean, positive-margin: 0.1, negative-margin: 1.2}", new ContrastiveOptions { Distance = PairDistance.Euclidean, PositiveMargin = 0.1, NegativeMargin = 1.2 } },
        { "{loss: triplet}", new TripletOptions() },
        { "{loss: triplet, mining: semi-hard, margin: 0.1, miner-margin: 0.3, distance: cosine}", new TripletOptions { Mining = TripletMining.SemiHard, Margin = 0.1, MinerMargin = 0.3, Distance = PairDistance.Cosine } },
        { "{loss: triplet, mining: hard, smooth: true, swap: true, reduction: mean}", new TripletOptions { Mining = TripletMining.Hard, Smooth = true, Swap = true, Reduction = TripletAverage.Mean } },
        { "{loss: lifted-structure}", new LiftedStructureOptions() },
        {
            "{loss: lifted-structure, variant: original, distance: cosine, positive-margin: 0.9, negative-margin: 0.1}",
            new LiftedStructureOptions { Variant = LiftedStructureVariant.Original, Distance = PairDistance.Cosine, PositiveMargin = 0.9, NegativeMargin = 0.1 }
        },
        { "{loss: binomial-deviance}", new BinomialDevianceOptions() },
        { "{loss: binomial-deviance, alpha: 1, beta: 3, lambda: 0.2, negative-cost: 4, reduction: sum}", new BinomialDevianceOptions { Alpha = 1, Beta = 3, Base = 0.2, NegativeCost = 4, Reduction = AnchorReduction.Sum } },
        { "{loss: n-pair}", new NPairOptions() },
        { "{loss: nca, scale: 16}", new NcaOptions { Scale = 16 } },
        { "{loss: margin}", new MarginOptions() },
        { "{loss: margin, learned: per-class, margin: 0.1, boundary: 1.1, boundary-weight: 0.01}", new MarginOptions { Learned = LearnedBoundary.PerClass, Margin = 0.1, Boundary = 1.1, BoundaryWeight = 0.01 } },
    };

    [Theory]
    [MemberData(nameof(PairPeers))]
    public void Every_key_of_a_pair_loss_reaches_its_option(string term, IPairLossOptions expected) =>
        Assert.Equal(new PairLossTerm(expected, new PairTermOptions()), Read($"- {term}")[0].Options);

    /// <summary>Terms over logits, with a setting for every key of theirs.</summary>
    public static TheoryData<string, LogitLossOptions> OverLogits => new()
    {
        { "{loss: cross-entropy, label-smoothing: 0.1, class-weights: {kind: square-root}, defer: {epoch: 3}, output: aux}", new CrossEntropyOptions { LabelSmoothing = 0.1, ClassWeights = new() { Kind = ClassWeighting.SquareRoot }, Defer = new() { Epoch = 3 }, Output = "aux" } },
        { "{loss: focal, gamma: 1, class-weights: {kind: effective-number, beta: 0.9}, output: aux}", new FocalOptions { Gamma = 1, ClassWeights = new() { Kind = ClassWeighting.EffectiveNumber, Beta = 0.9 }, Output = "aux" } },
        { "{loss: class-balanced}", new ClassBalancedOptions() },
        { "{loss: class-balanced, type: focal, beta: 0.9, gamma: 2, defer: {}, output: aux}", new ClassBalancedOptions { Type = ClassBalancedType.Focal, Beta = 0.9, Gamma = 2, Defer = new(), Output = "aux" } },
        { "{loss: ldam, max-margin: 0.3, scale: 20, class-weights: {kind: inverse-frequency}, defer: {epoch: 100}}", new LdamOptions { MaxMargin = 0.3, Scale = 20, ClassWeights = new() { Kind = ClassWeighting.InverseFrequency }, Defer = new() { Epoch = 100 } } },
        { "{loss: balanced-softmax, output: aux}", new BalancedSoftmaxOptions { Output = "aux" } },
        { "{loss: logit-adjustment, tau: 1.5}", new LogitAdjustmentOptions { Tau = 1.5 } },
        { "{loss: bayias, test-prior: [1, 2]}", new BayiasOptions { TestPrior = [1, 2] } },
        { "{loss: label-aware-smoothing, head: 0.3, tail: 0.05, shape: convex}", new LabelAwareSmoothingOptions { Head = 0.3, Tail = 0.05, Shape = SmoothingShape.Convex } },
        { "{loss: seql, gamma: 0.5, lambda: 0.01}", new SoftmaxEqualizationOptions { Gamma = 0.5, Threshold = 0.01 } },
        { "{loss: cdt, gamma: 0.1}", new ClassTemperatureOptions { Gamma = 0.1 } },
        { "{loss: gce, q: 0.5}", new GeneralizedCrossEntropyOptions { Q = 0.5 } },
        { "{loss: sce, alpha: 6, beta: 0.1, log-zero: -9}", new SymmetricCrossEntropyOptions { Alpha = 6, Beta = 0.1, LogZero = -9 } },
        { "{loss: elr, beta: 0.9, lambda: 7}", new EarlyLearningOptions { Beta = 0.9, Lambda = 7 } },
        { "{loss: bootstrapping, hard: true, beta: 0.7}", new BootstrappingOptions { Hard = true, Beta = 0.7 } },
        { "{loss: forward-correction, kind: pair, rate: 0.4}", new ForwardCorrectionOptions { Kind = TransitionKind.Pair, Rate = 0.4 } },
        { "{loss: forward-correction, kind: file, file: t.txt}", new ForwardCorrectionOptions { Kind = TransitionKind.File, File = "t.txt" } },
        { "{loss: small-loss, noise: 0.4, ramp: 5}", new SmallLossOptions { Noise = 0.4, Ramp = 5 } },
    };

    [Theory]
    [MemberData(nameof(OverLogits))]
    public void Every_key_of_a_loss_over_logits_reaches_its_option(string term, LogitLossOptions expected) => Assert.Equal(expected, Read($"- {term}")[0].Options);

    [Theory]
    [InlineData("{loss: cross-entropy, defer: {epoch: 3}}", "defer has no meaning here; it needs loss: cross-entropy and class-weights other than none")]
    [InlineData("{loss: cross-entropy, class-weights: {beta: 0.9}}", "beta has no meaning here; it needs")]
    [InlineData("{loss: class-balanced, gamma: 1}", "gamma has no meaning here; it needs")]
    [InlineData("{loss: forward-correction, kind: file}", "file is missing; kind: file needs the path")]
    [InlineData("{loss: gce, q: 1.1}", "q is \"1.1\"; a number from 0 to 1 is needed")]
    [InlineData("{loss: hash, metric: {loss: focal}}", "objective[0].metric.loss is \"focal\"")]
    public void A_key_of_a_loss_over_logits_that_says_nothing_is_refused(string term, string sentence) => Assert.Contains(sentence, Refusal($"- {term}"), StringComparison.Ordinal);

    [Fact]
    public void Rows_that_are_not_normalised_are_for_losses_of_products()
    {
        Assert.Equal(
            new PairLossTerm(new NPairOptions { LengthWeight = 0.1 }, new PairTermOptions { Normalize = false }),
            Read("- {loss: n-pair, length-weight: 0.1, pairs: {normalize: false}}")[0].Options);
        Assert.Contains("Rows are not normalised", Refusal("- {loss: triplet, pairs: {normalize: false}}"), StringComparison.Ordinal);
        Assert.Contains("Rows are normalised", Refusal("- {loss: n-pair, length-weight: 0.1}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_boundary_is_a_parameter_of_the_objective()
    {
        using Objective objective = Objectives.Create(Read("- {loss: margin, learned: per-class}"), Context);
        Assert.Equal("margin.boundary", Assert.Single(objective.Parameters).Name);
    }

    [Fact]
    public void Every_key_of_a_ranking_loss_reaches_its_option()
    {
        Assert.Equal(Pairs(new CircleOptions { Margin = 0.25, Gamma = 256 }), Read("- {loss: circle, margin: 0.25, gamma: 256}")[0].Options);
        Assert.Equal(Pairs(new SupConOptions { Temperature = 0.07 }), Read("- {loss: supcon, temperature: 0.07}")[0].Options);
        Assert.Equal(Pairs(new HistogramOptions { Bins = 20 }), Read("- {loss: histogram, bins: 20}")[0].Options);
        Assert.Equal(Pairs(new FastApOptions { Bins = 20 }), Read("- {loss: fast-ap, bins: 20}")[0].Options);
        Assert.Equal(Pairs(new SmoothApOptions { Temperature = 0.05 }), Read("- {loss: smooth-ap, temperature: 0.05}")[0].Options);
        Assert.Equal(
            Pairs(new RankedListOptions { Alpha = 1.1, Margin = 0.2, Temperature = 5, Balance = 2 }), Read("- {loss: ranked-list, alpha: 1.1, margin: 0.2, temperature: 5, lambda: 2}")[0].Options);
    }

    [Theory]
    [InlineData("batch-hard", "")]
    [InlineData("semi-hard", ", margin: 0.3")]
    [InlineData("easy-positive", ", negatives: hard")]
    [InlineData("distance-weighted", ", lower-cutoff: 0.6, upper-cutoff: 1.3")]
    [InlineData("angular", ", angle: 40")]
    [InlineData("multi-similarity", ", epsilon: 0.3")]
    public void Every_key_of_a_miner_reaches_its_option(string kind, string keys)
    {
        IMinerOptions expected = kind switch
        {
            "batch-hard" => new BatchHardMinerOptions(),
            "semi-hard" => new SemiHardMinerOptions { Margin = 0.3 },
            "easy-positive" => new EasyPositiveMinerOptions { Negatives = EasyPositiveNegatives.Hard },
            "distance-weighted" => new DistanceWeightedMinerOptions { LowerCutoff = 0.6, UpperCutoff = 1.3 },
            "angular" => new AngularMinerOptions { Angle = 40 },
            _ => new MultiSimilarityMinerOptions { Epsilon = 0.3 },
        };
        TermRecipe term = Read($"- {{loss: supcon, pairs: {{miner: {{kind: {kind}{keys}}}}}}}")[0];
        Assert.Equal(new PairLossTerm(new SupConOptions(), new PairTermOptions { Miner = expected }), term.Options);
        using Objective objective = Objectives.Create([term], Context);
        TermInput input = new(new Outputs((Outputs.Code, Tensor.Randn([6, 64]))), Tensor.From([0L, 0, 1, 0, 0, 9], 6));
        Assert.True(double.IsFinite(objective.Forward(input).Total.ToDouble()));
    }

    [Fact]
    public void A_key_that_another_choice_makes_meaningless_is_refused()
    {
        Assert.Contains("angle has no meaning here; it needs", Refusal("- {loss: supcon, pairs: {miner: {kind: semi-hard, angle: 3}}}"), StringComparison.Ordinal);
        Assert.Contains("margin has no meaning here; it needs", Refusal("- {loss: hhf, margin: 0.2}"), StringComparison.Ordinal);
        Assert.Contains("alpha has no meaning here; it needs", Refusal("- {loss: hhf, variant: pair, alpha: 3}"), StringComparison.Ordinal);
        Assert.Contains("epsilon has no meaning here; it needs", Refusal("- {loss: multi-similarity, mining: false, epsilon: 0.3}"), StringComparison.Ordinal);
        Assert.Contains("miner-margin has no meaning here; it needs", Refusal("- {loss: triplet, miner-margin: 0.3}"), StringComparison.Ordinal);
        Assert.Contains("positive-margin has no meaning here; it needs", Refusal("- {loss: contrastive, distance: squared-euclidean, positive-margin: 0.3}"), StringComparison.Ordinal);
        Assert.Contains("boundary-weight has no meaning here; it needs", Refusal("- {loss: margin, boundary-weight: 0.3}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_terms_draw_different_proxies_and_the_same_ones_again()
    {
        double[][] Proxies()
        {
            using Objective objective = Objectives.Create(Read("- {loss: proxy-anchor, name: a}\n  - {loss: proxy-anchor, name: b, weight: 0.5}"), Context);
            Assert.Equal(["a.proxies", "b.proxies"], objective.Parameters.Select(parameter => parameter.Name));
            return [.. objective.Parameters.Select(parameter => parameter.Value.Detach().To(DataType.Float64).ToArray<double>())];
        }
        double[][] first = Proxies();
        Assert.NotEqual(first[0], first[1]);
        Assert.Equal(first, Proxies());
    }

    [Fact]
    public void The_relation_of_a_term_decides_who_is_positive()
    {
        Tensor codes = Tensor.From([1f, 0, 1, 1, 0, 1], 3, 2), labels = Tensor.From([1L, 1, 0, 1, 1, 1, 0, 0, 1], 3, 3);
        double Value(string relation)
        {
            using Objective objective = Objectives.Create(Read($"- {{loss: multi-similarity, mining: false, relation: {relation}}}"), Context);
            return objective.Forward(new TermInput(new Outputs((Outputs.Code, codes)), labels)).Total.ToDouble();
        }
        double[] values = [Value("{kind: same-class}"), Value("{kind: shares-label}"), Value("{kind: shares-at-least, threshold: 2}"), Value("{kind: jaccard, threshold: 0.6}")];
        Assert.Equal(values[2], values[3]);
        Assert.Equal(3, values.Distinct().Count());
    }

    [Fact]
    public void A_graded_relation_keeps_the_value_and_changes_the_gradient()
    {
        Tensor labels = Tensor.From([1L, 1, 0, 1, 1, 1, 0, 0, 1], 3, 3);
        (double Value, float[] Gradient) Run(string kind)
        {
            Tensor codes = Tensor.From([1f, 0, 1, 1, 0, 1], 3, 2);
            codes.RequiresGrad = true;
            using Objective objective = Objectives.Create(Read($"- {{loss: multi-similarity, mining: false, relation: {{kind: {kind}}}}}"), Context);
            Tensor total = objective.Forward(new TermInput(new Outputs((Outputs.Code, codes)), labels)).Total;
            return (total.ToDouble(), Autograd.Grad([total], [codes])[0].ToArray<float>());
        }
        (double value, float[] gradient) = Run("shares-label");
        (double graded, float[] slopes) = Run("graded");
        Assert.Equal(value, graded);
        Assert.NotEqual(gradient, slopes);
    }

    [Fact]
    public void What_does_not_fit_the_model_is_refused_with_the_name_of_the_term()
    {
        IReadOnlyList<TermRecipe> terms = Read("- {loss: hhf, name: codes}");
        Assert.Contains("objective term codes: 8 bits cannot hold 1000 classes", Assert.Throws<ArgumentException>(() => Objectives.Create(terms, new TermContext(1000, 8, 1))).Message, StringComparison.Ordinal);
        IReadOnlyList<TermRecipe> angular = Read("- {loss: supcon, pairs: {miner: {kind: angular}, memory: {size: 10}}}");
        Assert.Contains("objective term supcon: the angular miner compares", Assert.Throws<ArgumentException>(() => Objectives.Create(angular, Context)).Message, StringComparison.Ordinal);
        Assert.Empty(Objectives.Warnings(terms, Context));
        Assert.StartsWith("codes: Attraction ends at cosine 0.8", Assert.Single(Objectives.Warnings(terms, new TermContext(200, 8, 1))), StringComparison.Ordinal);
    }

    private static RecipeCatalogue Catalogue { get; } = new(Objectives.Losses, ["convnet"]);

    private static Recipe Parse(string objective) => Recipe.Parse($"data:\n  path: photos\nmodel:\n  backbone: convnet\nobjective:\n  {objective}\n", "photos.yaml", Catalogue);

    private static IReadOnlyList<TermRecipe> Read(string objective) => Parse(objective).Objective;

    private static string Refusal(string objective) => Assert.Throws<InvalidDataException>(() => Parse(objective)).Message;

    private static PairLossTerm Pairs(IPairLossOptions loss) => new(loss, new PairTermOptions());
}
