using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>HyP² and dual hinge, as the terms that a recipe makes of them.</summary>
internal static class HashCoreSubjects
{
    public static void Hyp2(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Hyp2Options options = new()
        {
            Beta = golden.Number("beta", new Hyp2Options().Beta),
            Inflection = golden.Has("zeta") ? golden.Number("zeta") : null,
            Pairs = golden.Text("pairs", "multi_label") switch
            {
                "multi_label" => Hyp2Pairs.MultiLabel,
                "all" => Hyp2Pairs.All,
                "none" => Hyp2Pairs.None,
                string other => throw LossSubjects.Unknown("pairs", other),
            },
        };
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings"), weights = LossSubjects.Leaf(golden, "weights");
        HashHinge hinge = options.HingeFor(golden.Has("bits") ? golden.Integer("bits") : (int)weights.Size(1), golden.Has("num_classes") ? golden.Integer("num_classes") : (int)weights.Size(0));
        Hyp2Term term = new(options, hinge, weights);
        TermValue value = term.Forward(Input(golden, embeddings));
        check.Equal("loss", value.Value.ToDouble());
        check.Equal("components.proxy", value.Parts[0].Value.ToDouble());
        check.Equal("components.pair_times_beta", value.Parts.Count > 1 ? value.Parts[1].Value.ToDouble() : 0);
        LossSubjects.Gradients(check, value.Value, ("grad_embeddings", embeddings), ("grad_weights", term.Parameters[0].Value));
        term.Parameters[0].Value.Dispose();
    }

    public static void DualHinge(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        DualHingeOptions options = new()
        {
            Alpha = golden.Number("alpha", new DualHingeOptions().Alpha),
            Beta = golden.Has("beta") ? golden.Number("beta") : null,
            QuantizationWeight = golden.Number("lambda", new DualHingeOptions().QuantizationWeight),
            Distance = golden.Text("distance", "inner") switch
            {
                "inner" => DualHingeDistance.Inner,
                "cosine" => DualHingeDistance.Cosine,
                string other => throw LossSubjects.Unknown("distance", other),
            },
        };
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings");
        int bits = golden.Has("bits") ? golden.Integer("bits") : (int)embeddings.Size(1);
        TermValue value = options.Create(new TermContext(2, bits, 0)).Forward(Input(golden, embeddings));
        Tensor quantization = new CornerQuantizer(2).Forward(options.Relaxation?.Apply(embeddings, 0) ?? embeddings);
        check.Equal("loss", value.Value.ToDouble());
        check.Equal("components.pair", value.Parts[0].Value.ToDouble());
        check.Equal("components.quantization", quantization.ToDouble());
        LossSubjects.Gradients(check, value.Value, ("grad_embeddings", embeddings));
    }

    private static TermInput Input(GoldenCase golden, Tensor embeddings) => new(new Outputs((Outputs.Embedding, embeddings)), LossSubjects.Labels(golden, "labels"));
}
