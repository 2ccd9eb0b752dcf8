using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>Hash methods that compare a batch with itself, with codes of classes, or with a classifier; in double precision.</summary>
internal static class HashCenterSubjects
{
    public static void HashNet(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings"), labels = LossSubjects.Labels(golden, "labels");
        Tensor relaxed = (embeddings * golden.Number("scale", 1)).Tanh();
        PairBatch pairs = PairBatch.Between(relaxed, labels, relaxed, labels, normalize: false);
        Compare(check, new HashNetOptions { Alpha = golden.Number("alpha", new HashNetOptions().Alpha) }.Metric().Forward(pairs), embeddings);
    }

    public static void Dch(GoldenCase golden, GoldenCheck check)
    {
        Fixed(golden, "cos_clamp_max", 0.99);
        Fixed(golden, "norm_clamp_min", 1e-4);
        Run(golden, check, context => new DchOptions { Gamma = golden.Number("gamma", new DchOptions().Gamma), QuantizationWeight = golden.Number("lambda", new DchOptions().QuantizationWeight) }.Create(context));
    }

    public static void Dtsh(GoldenCase golden, GoldenCheck check) => Run(golden, check, context => new DtshOptions
    {
        Margin = golden.Number("alpha", new DtshOptions().Margin),
        QuantizationWeight = golden.Number("lambda", new DtshOptions().QuantizationWeight),
    }.Create(context));

    public static void Lcdsh(GoldenCase golden, GoldenCheck check) =>
        Run(golden, check, context => new LcdshOptions { QuantizationWeight = golden.Number("lambda", new LcdshOptions().QuantizationWeight) }.Create(context));

    public static void Qsmih(GoldenCase golden, GoldenCheck check) => Run(golden, check, context => new QsmihOptions
    {
        QuantizationWeight = golden.Number("alpha", new QsmihOptions().QuantizationWeight),
        SquareClamp = golden.Flag("use_square_clamp", new QsmihOptions().SquareClamp),
    }.Create(context));

    public static void GreedyHash(GoldenCase golden, GoldenCheck check)
    {
        Require(golden, "classifier_bias", false);
        GreedyHashOptions options = new() { QuantizationWeight = golden.Number("alpha", new GreedyHashOptions().QuantizationWeight) };
        RunTrained(golden, check, (_, weights) => options.Create(weights));
    }

    public static void Dshsd(GoldenCase golden, GoldenCheck check)
    {
        Require(golden, "classifier_bias", false);
        DshsdOptions options = new()
        {
            Alpha = golden.Number("alpha", new DshsdOptions().Alpha),
            Margin = golden.Has("margin") && golden.Text("margin") != "2*bits" ? golden.Number("margin") : null,
            Labels = golden.Flag("multi_label", missing: true) ? CodeLabels.All : CodeLabels.First,
        };
        RunTrained(golden, check, options.Create);
    }

    public static void Csq(GoldenCase golden, GoldenCheck check)
    {
        CsqOptions options = new() { QuantizationWeight = golden.Number("lambda", new CsqOptions().QuantizationWeight) };
        Run(golden, check, _ => options.Create(Targets(golden, golden.HasInput("centers") ? LossSubjects.Tensor(golden, "centers") : null)));
    }

    public static void Dpn(GoldenCase golden, GoldenCheck check)
    {
        double margin = golden.Number("m", new DpnOptions().Margin);
        DpnOptions options = new() { Margin = margin, Ternary = golden.Flag("ternary") };
        Tensor? renewed = golden.Flag("adaptive") && golden.HasInput("memory_embeddings")
            ? CenterAdaptation.Sums(LossSubjects.Tensor(golden, "memory_embeddings"), LossSubjects.Labels(golden, "memory_labels"), golden.Integer("num_classes"), margin).Sign()
            : null;
        Run(golden, check, _ => options.Create(Targets(golden, renewed ?? LossSubjects.Tensor(golden, "centers"))));
    }

    public static void OrthoHash(GoldenCase golden, GoldenCheck check)
    {
        OrthoHashOptions options = new()
        {
            Softmax = new CodebookSoftmaxOptions
            {
                Scale = golden.Number("scale", new CodebookSoftmaxOptions().Scale),
                Margin = golden.Number("margin", new CodebookSoftmaxOptions().Margin),
                MarginType = golden.Text("margin_type", "cos") switch { "cos" => MarginType.Cos, "arc" => MarginType.Arc, string other => throw LossSubjects.Unknown("margin_type", other) },
                MultiLabel = golden.Text("multi_label_loss", "label_smoothing") switch
                {
                    "bce" or "binary" when golden.Flag("multi_label") => CodebookLabels.Bce,
                    "label_smoothing" or "bce" or "binary" => CodebookLabels.LabelSmoothing,
                    string other => throw LossSubjects.Unknown("multi_label_loss", other),
                },
            },
            Quantizer = golden.Text("quan_type", "cs") switch { "cs" => CodeDistance.Cs, "l1" => CodeDistance.L1, "l2" => CodeDistance.L2, string other => throw LossSubjects.Unknown("quan_type", other) },
            QuantizationWeight = golden.Number("quan", 0),
        };
        using TensorScope scope = new();
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings");
        TermValue value = options.Create(LossSubjects.Tensor(golden, "weights")).Forward(Input(golden, embeddings));
        Tensor metric = value.Parts[0].Value;
        Compare(check, (metric * golden.Number("ce", 1)) + (value.Value - metric), embeddings);
    }

    /// <summary>Targets of given centres; centres of -1 and 1 that the case leaves out are those of the method itself.</summary>
    private static HashTargets Targets(GoldenCase golden, Tensor? centers)
    {
        centers ??= Codebook.Find(CodebookKind.Hadamard, golden.Integer("num_classes"), golden.Integer("bits"), seed: 0).ToTensor(DataType.Float64, Device.Cpu);
        Tensor ties = golden.HasInput("tie_break_center") ? LossSubjects.Tensor(golden, "tie_break_center") : Tensor.Ones([centers.Size(1)], DataType.Float64);
        return new HashTargets(centers, (ties.GreaterThan(0).To(DataType.Float64) * 2) - 1, golden.Flag("multi_label") ? CodeLabels.All : CodeLabels.First);
    }

    private static void Run(GoldenCase golden, GoldenCheck check, Func<TermContext, ITerm> create)
    {
        using TensorScope scope = new();
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings");
        Compare(check, create(Context(golden, embeddings)).Forward(Input(golden, embeddings)).Value, embeddings);
    }

    private static void RunTrained(GoldenCase golden, GoldenCheck check, Func<TermContext, Tensor, ITerm> create)
    {
        using TensorScope scope = new();
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings");
        ITerm term = create(Context(golden, embeddings), LossSubjects.Tensor(golden, "weights"));
        Tensor value = term.Forward(Input(golden, embeddings)).Value;
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_embeddings", embeddings), ("grad_weights", term.Parameters[0].Value));
    }

    private static TermContext Context(GoldenCase golden, Tensor embeddings) =>
        new(golden.Integer("num_classes", 1), (int)embeddings.Size(1), Seed: 0) { Type = DataType.Float64 };

    private static TermInput Input(GoldenCase golden, Tensor embeddings) => new(new Outputs((Outputs.Code, embeddings)), LossSubjects.Labels(golden, "labels"));

    private static void Compare(GoldenCheck check, Tensor value, Tensor embeddings)
    {
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_embeddings", embeddings));
    }

    private static void Fixed(GoldenCase golden, string parameter, double value)
    {
        if (golden.Number(parameter, value) is var given && given != value)
        {
            throw LossSubjects.Unknown(parameter, FormattableString.Invariant($"{given}"));
        }
    }

    private static void Require(GoldenCase golden, string parameter, bool value)
    {
        if (golden.Flag(parameter, value) != value)
        {
            throw LossSubjects.Unknown(parameter, value ? "false" : "true");
        }
    }
}
