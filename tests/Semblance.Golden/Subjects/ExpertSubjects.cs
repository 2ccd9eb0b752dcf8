using Semblance.Losses;
using Semblance.Losses.Experts;
using Semblance.Models.Experts;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>Losses over experts and what goes with them, in double precision. Cases hold experts × images × values; the losses take images × experts × values.</summary>
internal static class ExpertSubjects
{
    public static void ReweightedDistillation(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor student = LossSubjects.Leaf(golden, "distill_logits"), teacher = LossSubjects.Leaf(golden, "label_logits"), labels = LossSubjects.Labels(golden, "labels");
        ReweightedDistillationOptions options = DistillationOf(golden, "temperature");
        ReweightedDistillationLoss loss = new(options, options.Prior ? Prior(golden) : null);
        Tensor value = loss.Forward(ByImage(teacher), ByImage(student), labels);
        check.Equal("loss", value.ToDouble());
        check.Equal("weights", Values(loss.Weights(ByImage(teacher), ByImage(student), labels).Transpose()));
        LossSubjects.Gradients(check, value + (teacher.Sum() * 0), ("grad_distill_logits", student), ("grad_label_logits", teacher));
    }

    public static void FeatureDistillation(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Fixed(golden, "norm_eps", 1e-12);
        Tensor features = LossSubjects.Leaf(golden, "features");
        Tensor value = new FeatureDistillationLoss(FeatureOf(golden, "mode")).Forward(ByImage(features));
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_features", features));
    }

    public static void Ecl(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        EclOptions options = new()
        {
            DistillationWeight = golden.Number("lambda_kd", new EclOptions().DistillationWeight),
            FeatureWeight = golden.Number("lambda_feat", new EclOptions().FeatureWeight),
            ContrastWeight = golden.Number("lambda_con", new EclOptions().ContrastWeight),
            Softmax = new() { Prior = golden.Flag("use_prior", true) },
            Distillation = DistillationOf(golden, "temperature_kd"),
            Feature = FeatureOf(golden, "feature_mode"),
        };
        Tensor logits = LossSubjects.Leaf(golden, "label_logits"), distilled = LossSubjects.Leaf(golden, "distill_logits"), features = LossSubjects.Leaf(golden, "features"), queries = LossSubjects.Leaf(golden, "queries");
        Tensor queue = LossSubjects.Tensor(golden, "queue");
        // Values do not depend on how the batch is written into the queue afterwards, so that it need not divide the queue unless that is to be the error.
        options = options with { Contrast = new() { Temperature = golden.Number("temperature_con", 0.2), Queue = (int)queue.Size(2), Wrap = !golden.ExpectsError } };
        TermContext context = Context(golden, queue);
        TermInput input = new(
            new Outputs(
                (Outputs.ExpertLogits, ByImage(logits)), (Outputs.ExpertDistilled, ByImage(distilled)), (Outputs.ExpertFeatures, ByImage(features)),
                (Outputs.ExpertProjections, ByImage(queries)), (Outputs.ExpertKeys, ByImage(LossSubjects.Tensor(golden, "keys")))),
            LossSubjects.Labels(golden, "labels"));
        double Part(ITermOptions part) => Filled(part, context, queue).Forward(input).Value.ToDouble();
        Tensor value = Filled(options, context, queue).Forward(input).Value;
        check.Equal("loss", value.ToDouble());
        check.Equal("cls", Part(options.Softmax));
        check.Equal("kd", Part(options.Distillation));
        check.Equal("feat", Part(options.Feature));
        check.Equal("con", Part(options.Contrast));
        check.EqualExactly("ensemble_prediction", [.. ExpertOutputs.Ensemble(ByImage(logits), EnsembleKind.Softmax).ArgMax(1).ToArray<long>().Select(label => (int)label)]);
        Tensor connected = value + ((logits.Sum() + distilled.Sum() + features.Sum() + queries.Sum()) * 0);
        LossSubjects.Gradients(check, connected, ("grad_label_logits", logits), ("grad_distill_logits", distilled), ("grad_features", features), ("grad_queries", queries));
    }

    public static void Queue(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor queries = LossSubjects.Tensor(golden, "queries"), keys = LossSubjects.Tensor(golden, "keys"), queue = LossSubjects.Tensor(golden, "queue");
        TermContext context = Context(golden, queue) with { Batch = (int)queries.Size(2), EvenBatches = true };
        ITerm term = Filled(new ExpertContrastOptions { Temperature = golden.Number("temperature", 0.2), Queue = golden.Integer("queue_size", (int)queue.Size(2)) }, context, queue);
        Buffer(term, "queue.position").Fill(golden.Number("initial_pointer", 0));
        List<double> losses = [];
        for (int step = 0; step < golden.Integer("steps", (int)queries.Size(0)); step++)
        {
            Tensor leaf = queries.Select(0, step).Clone();
            leaf.RequiresGrad = true;
            Tensor value = term.Forward(new TermInput(new Outputs((Outputs.ExpertProjections, ByImage(leaf)), (Outputs.ExpertKeys, ByImage(keys.Select(0, step)))), Tensor.Zeros([leaf.Size(1)], DataType.Int64))).Value;
            losses.Add(value.ToDouble());
            LossSubjects.Gradients(check, value, ($"grad_queries_step{step}", leaf));
        }
        check.Equal("loss_per_step", [.. losses]);
        check.Equal("final_queue", Values(Buffer(term, "queue.keys")));
        check.Equal("final_pointer", Buffer(term, "queue.position").ToDouble());
    }

    public static void Momentum(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor keys = LossSubjects.Tensor(golden, "key_params"), queries = LossSubjects.Tensor(golden, "query_params_per_step");
        for (int step = 0; step < queries.Size(0); step++)
        {
            MomentumEncoder.Follow([keys], [queries.Select(0, step)], golden.Number("alpha", 0.999));
        }
        check.Equal("key_params_after", Values(keys));
    }

    public static void NclNested(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        NclOptions options = new()
        {
            HardClasses = golden.Has("hcm_n") ? golden.Integer("hcm_n") : null,
            NbodFactor = golden.Number("nbod_factor", new NclOptions().NbodFactor),
            HardNbodFactor = golden.Number("nbod_hcm_factor", new NclOptions().HardNbodFactor),
            FullRatio = golden.Number("ce_ratio", new NclOptions().FullRatio),
            HardRatio = golden.Number("hcm_ratio", new NclOptions().HardRatio),
            Epsilon = golden.Number("log_eps", new NclOptions().Epsilon),
            DetachTeacher = golden.Flag("teacher_detached"),
            Mask = golden.Text("mask_mode", "zero") switch { "zero" => HardMask.Zero, "neg_inf" => HardMask.NegInf, string other => throw LossSubjects.Unknown("mask_mode", other) },
        };
        Tensor logits = LossSubjects.Leaf(golden, "logits"), labels = LossSubjects.Labels(golden, "labels");
        NclLoss loss = new(options, Prior(golden));
        TermValue value = loss.Forward(ByImage(logits), labels);
        check.Equal("loss", value.Value.ToDouble());
        foreach ((string path, string part) in new[] { ("ce_full_sum", "full"), ("ce_hard_sum", "hard"), ("nbod_full", "nbod"), ("nbod_hard", "nbod-hard") })
        {
            check.Equal(path, value.Parts.Single(entry => entry.Name == part).Value.ToDouble());
        }
        check.EqualExactly("hard_mask", [.. loss.Hard(ByImage(logits), labels).To(DataType.Int64).ToArray<long>().Select(hard => (int)hard)]);
        LossSubjects.Gradients(check, value.Value, ("grad_logits", logits));
    }

    public static void NclNbod(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor logits = LossSubjects.Leaf(golden, "logits");
        NclOptions options = new() { Epsilon = golden.Number("log_eps", new NclOptions().Epsilon), DetachTeacher = golden.Flag("teacher_detached") };
        Tensor value = new NclLoss(options, new ClassPrior([.. Enumerable.Repeat(1L, (int)logits.Size(2))])).Nbod(ByImage(logits), golden.Number("factor", new NclOptions().NbodFactor));
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_logits", logits));
    }

    public static void Paco(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        PacoOptions options = new()
        {
            Alpha = golden.Number("alpha", new PacoOptions().Alpha),
            Beta = golden.Number("beta", new PacoOptions().Beta),
            Gamma = golden.Number("gamma", new PacoOptions().Gamma),
            Temperature = golden.Number("temperature", new PacoOptions().Temperature),
            ClassTemperature = golden.Number("supt", new PacoOptions().ClassTemperature),
        };
        Tensor rows = LossSubjects.Leaf(golden, "features"), logits = LossSubjects.Leaf(golden, "sup_logits");
        Tensor value = new PacoLoss(options, Prior(golden)).Forward(rows, LossSubjects.Labels(golden, "labels"), logits);
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_features", rows), ("grad_sup_logits", logits));
    }

    public static void Sade(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor logits = LossSubjects.Leaf(golden, "logits");
        SadeLoss loss = new(new SadeOptions { Tau = golden.Number("tau", new SadeOptions().Tau), Epsilon = golden.Number("log_eps", new SadeOptions().Epsilon) }, Prior(golden));
        Tensor value = loss.Forward(ByImage(logits), LossSubjects.Labels(golden, "labels"));
        check.Equal("loss", value.ToDouble());
        check.Equal("inverse_prior", loss.InversePrior);
        LossSubjects.Gradients(check, value, ("grad_logits", logits));
    }

    private static ReweightedDistillationOptions DistillationOf(GoldenCase golden, string temperature)
    {
        ReweightedDistillationOptions defaults = new();
        return new()
        {
            Temperature = golden.Number(temperature, defaults.Temperature),
            Rho = golden.Number("rho", defaults.Rho),
            LeastWeight = golden.Number("w_min", defaults.LeastWeight),
            LargestWeight = golden.Number("w_max", defaults.LargestWeight),
            Granularity = golden.Text("granularity", "sample") switch { "sample" => DistillationGranularity.Sample, "class" => DistillationGranularity.Class, string other => throw LossSubjects.Unknown("granularity", other) },
            Normalize = golden.Flag("normalize", defaults.Normalize),
            Prior = golden.Flag("use_prior", defaults.Prior),
            Epsilon = golden.Number("eps", defaults.Epsilon),
        };
    }

    private static FeatureDistillationOptions FeatureOf(GoldenCase golden, string mode) => new()
    {
        Mode = golden.Text(mode, "normalized_mse") switch
        {
            "normalized_mse" => FeatureComparison.NormalizedMse,
            "cosine" => FeatureComparison.Cosine,
            "mse" => FeatureComparison.Mse,
            string other => throw LossSubjects.Unknown(mode, other),
        },
        DetachTeacher = golden.Flag("teacher_detached", true),
    };

    /// <summary>A term whose queue, where it has one, is that of the case.</summary>
    private static ITerm Filled(ITermOptions options, TermContext context, Tensor queue)
    {
        ITerm term = options.Create(context);
        if (term.Buffers.Any(buffer => buffer.Name == "queue.keys"))
        {
            Buffer(term, "queue.keys").CopyFrom(queue);
        }
        return term;
    }

    private static Tensor Buffer(ITerm term, string name) => term.Buffers.Single(buffer => buffer.Name == name).Value;

    private static TermContext Context(GoldenCase golden, Tensor queue) => new(1, 1, 0)
    {
        Type = DataType.Float64,
        ClassCounts = golden.HasInput("class_counts") ? Prior(golden).Counts : [],
        Experts = new ExpertShape((int)queue.Size(0), true, (int)queue.Size(1)),
    };

    private static ClassPrior Prior(GoldenCase golden) => new([.. golden.Input("class_counts").Integers().Select(count => (long)count)]);

    private static Tensor ByImage(Tensor byExpert) => byExpert.Transpose();

    private static double[] Values(Tensor tensor) => tensor.Detach().Contiguous().ToArray<double>();

    private static void Fixed(GoldenCase golden, string parameter, double value)
    {
        if (golden.Number(parameter, value) is var given && given != value)
        {
            throw LossSubjects.Unknown(parameter, FormattableString.Invariant($"{given}"));
        }
    }
}
