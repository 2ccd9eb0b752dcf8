using Semblance.Losses;
using Semblance.Losses.Logits;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Golden.Subjects;

/// <summary>Losses over logits for long tails and wrong labels, in double precision, and what they are made of.</summary>
internal static class LogitSubjects
{
    public static void BalancedSoftmax(GoldenCase golden, GoldenCheck check) => Compare(golden, check, new BalancedSoftmaxOptions());

    public static void Bayias(GoldenCase golden, GoldenCheck check) =>
        Compare(golden, check, new BayiasOptions { TestPrior = golden.HasInput("test_counts") ? [.. golden.Input("test_counts").Data] : [] });

    public static void LogitAdjustment(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        double tau = golden.Number("tau", 1);
        Compare(golden, check, new LogitAdjustmentOptions { Tau = tau });
        Tensor adjusted = LogitAdjustmentLoss.PostHoc(LossSubjects.Tensor(golden, "logits"), new ClassPrior(Counts(golden)), tau);
        check.Equal("posthoc_logits", adjusted.ToArray<double>());
        check.EqualExactly("posthoc_prediction", Array.ConvertAll(adjusted.ArgMax(1).ToArray<long>(), label => (int)label));
    }

    public static void ClassBalanced(GoldenCase golden, GoldenCheck check)
    {
        double beta = golden.Number("beta", new ClassBalancedOptions().Beta);
        check.Equal("class_weights", EffectiveNumber(beta).Of(Counts(golden)));
        Compare(golden, check, new ClassBalancedOptions
        {
            Type = golden.Text("type", "softmax") switch
            {
                "softmax" => ClassBalancedType.Softmax,
                "sigmoid" => ClassBalancedType.Sigmoid,
                "focal" => ClassBalancedType.Focal,
                string other => throw LossSubjects.Unknown("type", other),
            },
            Beta = beta,
            Gamma = golden.Number("gamma", new ClassBalancedOptions().Gamma),
        });
    }

    public static void Focal(GoldenCase golden, GoldenCheck check)
    {
        LossSubjects.Require(golden, "variant", "softmax");
        Compare(golden, check, new FocalLoss(golden.Number("gamma", new FocalOptions().Gamma), Weights(golden)));
    }

    public static void Ldam(GoldenCase golden, GoldenCheck check)
    {
        LdamOptions options = new() { MaxMargin = golden.Number("max_m", new LdamOptions().MaxMargin), Scale = golden.Number("s", new LdamOptions().Scale) };
        ClassPrior prior = new(Counts(golden));
        check.Equal("margins", options.Margins(prior));
        Compare(golden, check, new LdamLoss(options, prior, Weights(golden)));
    }

    public static void DeferredWeights(GoldenCase golden, GoldenCheck check)
    {
        DeferOptions defer = new() { Epoch = golden.Number("switch_epoch", new DeferOptions().Epoch) };
        IReadOnlyList<long> counts = Counts(golden);
        ClassWeights weights = ClassWeights.Of(EffectiveNumber(golden.Number("beta_stage2", new ClassWeightOptions().Beta)), defer, new ClassPrior(counts));
        check.Equal("weights_stage1", [.. weights.At(0) ?? [.. counts.Select(_ => 1.0)]]);
        check.Equal("weights_stage2", [.. weights.At(defer.Epoch) ?? []]);
        if (golden.HasInput("epochs"))
        {
            check.Equal("stage_of_epoch", [.. golden.Input("epochs").Data.Select(epoch => weights.At(epoch) is null ? 1.0 : 2)]);
        }
    }

    public static void GeneralizedCrossEntropy(GoldenCase golden, GoldenCheck check) => Compare(golden, check, new GeneralizedCrossEntropyOptions { Q = golden.Number("q", new GeneralizedCrossEntropyOptions().Q) });

    public static void WarmupMultistep(GoldenCase golden, GoldenCheck check)
    {
        ScheduleRecipe recipe = new()
        {
            Kind = ScheduleKind.Step,
            Warmup = golden.Number("warmup_epochs", 0),
            WarmupFrom = golden.Number("warmup_factor", 1),
            Milestones = [.. golden.Numbers("milestones")],
            Gamma = golden.Number("gamma", 0.1),
        };
        double[] epochs = golden.Input("epochs").Data;
        Schedule schedule = new(recipe, (long)epochs.Max() + 1);
        check.Equal("lr", [.. epochs.Select(epoch => golden.Number("base_lr") * schedule.FactorAt((long)epoch))]);
    }

    public static void UnimixFactor(GoldenCase golden, GoldenCheck check)
    {
        double[] counts = golden.Input("class_counts").Data, first = golden.Input("labels_1").Data, second = golden.Input("labels_2").Data, drawn = golden.Input("beta_draws").Data;
        check.Equal("lambda", [.. drawn.Select((u, k) => Mixer.PairShare(counts[(int)first[k]], counts[(int)second[k]], u))]);
    }

    public static void UnimixSampler(GoldenCase golden, GoldenCheck check)
    {
        double[] counts = golden.Input("class_counts").Data;
        check.Equal("probability", Mixer.PartnerProbabilities([.. golden.Input("labels").Data.Select(label => counts[(int)label])], golden.Number("tau")));
    }

    private static ClassWeightOptions EffectiveNumber(double beta) => new() { Kind = ClassWeighting.EffectiveNumber, Beta = beta };

    private static IReadOnlyList<long> Counts(GoldenCase golden) => [.. golden.Input("class_counts").Data.Select(count => (long)count)];

    /// <summary>Weights of classes as a case gives them.</summary>
    private static ClassWeights? Weights(GoldenCase golden) => golden.HasInput("class_weights") ? ClassWeights.Given(golden.Input("class_weights").Data) : null;

    private static void Compare(GoldenCase golden, GoldenCheck check, LogitLossOptions options)
    {
        int classes = golden.Input("logits").Shape[1];
        TermContext context = new(classes, classes, 0) { ClassCounts = golden.HasInput("class_counts") ? Counts(golden) : [], MultiLabel = golden.Input("labels").Shape.Length == 2, Type = DataType.Float64 };
        using TensorScope scope = new();
        Compare(golden, check, options.Create(context));
    }

    private static void Compare(GoldenCase golden, GoldenCheck check, ILogitLoss loss) => Compare(golden, check, new LogitTerm(loss));

    private static void Compare(GoldenCase golden, GoldenCheck check, ITerm term)
    {
        using TensorScope scope = new();
        LossSubjects.Require(golden, "reduction", "mean");
        Tensor logits = LossSubjects.Leaf(golden, "logits"), labels = LossSubjects.Labels(golden, "labels");
        Tensor value = term.Forward(new TermInput(new Outputs((Outputs.Logits, logits)), labels)).Value;
        check.Equal("loss", value.ToDouble());
        check.Equal("loss_per_sample", EachAlone(term, logits.Detach(), labels));
        LossSubjects.Gradients(check, value, ("grad_logits", logits));
    }

    /// <summary>What each image costs in a batch of its own.</summary>
    private static double[] EachAlone(ITerm term, Tensor logits, Tensor labels) =>
        [.. Enumerable.Range(0, (int)logits.Size(0)).Select(row => term.Forward(new TermInput(new Outputs((Outputs.Logits, logits.Narrow(0, row, 1))), labels.Narrow(0, row, 1))).Value.ToDouble())];
}
