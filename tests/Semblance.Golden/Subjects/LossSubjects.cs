using Semblance.Losses.Hashing;
using Semblance.Losses.Logits;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>Losses, in double precision: the value, its parts, and the derivatives with respect to every input that has one.</summary>
internal static class LossSubjects
{
    public static void MultiSimilarity(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        MultiSimilarityOptions options = new()
        {
            Alpha = golden.Number("alpha", MultiSimilarityOptions.Library.Alpha),
            Beta = golden.Number("beta", MultiSimilarityOptions.Library.Beta),
            Base = golden.Number("lambda", MultiSimilarityOptions.Library.Base),
            Epsilon = golden.Number("epsilon", MultiSimilarityOptions.Library.Epsilon),
            Mining = golden.Text("mining", "ms") switch { "ms" => true, "none" => false, string other => throw Unknown("mining", other) },
            PositiveSimilarityCutoff = golden.Has("positive_similarity_cutoff") ? golden.Number("positive_similarity_cutoff") : null,
        };
        Require(golden, "reduction", "mean_over_batch");
        Tensor embeddings = Leaf(golden, "embeddings");
        PairBatch pairs = MultiSimilarityPairs(golden, embeddings, options);
        PairBatch mined = options.Mining ? new MultiSimilarityMiner(options.Epsilon).Mine(pairs) : pairs;
        MultiSimilarityLoss loss = new(options);
        Tensor value = loss.Forward(mined);
        check.Equal("loss", value.ToDouble());
        Gradient(check, "pair_gradient", PairWeights.Of(loss, mined));
        Gradients(check, value, ("grad_embeddings", embeddings));
    }

    public static void Hhf(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        HhfOptions options = HhfOptionsOf(golden);
        double zeta = golden.Has("zeta") ? golden.Number("zeta") : InflectionPoint.For(golden.Integer("bits"), golden.Integer("num_classes")).Zeta;
        bool pair = options.Variant == HhfVariant.Pair;
        (Tensor embeddings, Tensor others) = (Leaf(golden, "embeddings"), Leaf(golden, pair ? "embeddings2" : "weights"));
        Tensor labels = Labels(golden, "labels");
        PairBatch pairs = pair
            ? PairBatch.Between(embeddings, labels, others, Labels(golden, "labels2"), normalize: golden.Normalizes)
            : PairBatch.ToProxies(embeddings, labels, others, golden.Normalizes);
        Tensor metric = options.MetricLoss(zeta).Forward(pairs);
        Tensor quantization = Quantization(options, pair ? [embeddings, others] : [embeddings]);
        check.Equal("loss", (metric + quantization).ToDouble());
        check.Equal("components.metric", metric.ToDouble());
        check.Equal("components.quantization_times_beta", quantization.ToDouble());
        Gradients(check, metric + quantization, ("grad_embeddings", embeddings), (pair ? "grad_embeddings2" : "grad_weights", others));
    }

    public static void CrossEntropy(GoldenCase golden, GoldenCheck check)
    {
        using TensorScope scope = new();
        Tensor logits = Leaf(golden, "logits");
        Tensor value = new CrossEntropyLoss(new CrossEntropyOptions { LabelSmoothing = golden.Number("epsilon", 0) }).Forward(logits, Labels(golden, "labels"));
        check.Equal("loss", value.ToDouble());
        Gradients(check, value, ("grad_logits", logits));
    }

    private static PairBatch MultiSimilarityPairs(GoldenCase golden, Tensor embeddings, MultiSimilarityOptions options)
    {
        Tensor labels = Labels(golden, "labels");
        if (golden.HasInput("reference_embeddings"))
        {
            PairBatch pairs = PairBatch.Between(embeddings, labels, Tensor(golden, "reference_embeddings"), Labels(golden, "reference_labels"), normalize: golden.Normalizes);
            return options.PositiveSimilarityCutoff is { } below ? pairs.WithoutPositivesFrom(below) : pairs;
        }
        return options.PositiveSimilarityCutoff is { } cutoff
            ? PairBatch.WithinBelow(embeddings, labels, cutoff, normalize: golden.Normalizes)
            : PairBatch.Within(embeddings, labels, normalize: golden.Normalizes);
    }

    private static HhfOptions HhfOptionsOf(GoldenCase golden) => new()
    {
        Variant = golden.Text("variant", "proxy_anchor") switch
        {
            "proxy_anchor" => HhfVariant.ProxyAnchor,
            "proxy_nca" => HhfVariant.ProxyNca,
            "pair" => HhfVariant.Pair,
            "baseline" => HhfVariant.Baseline,
            string other => throw Unknown("variant", other),
        },
        Hinge = golden.Flag("hinge", missing: true),
        Quantization = golden.Flag("quantization", missing: true),
        Alpha = golden.Number("alpha", new HhfOptions().Alpha),
        QuantizationWeight = golden.Number("beta", new HhfOptions().QuantizationWeight),
        Slack = golden.Number("delta", new HhfOptions().Slack),
    };

    private static Tensor Quantization(HhfOptions options, Tensor[] outputs) => options.Quantizer() is { } quantizer
        ? outputs.Select(quantizer.Forward).Aggregate((sum, next) => sum + next) * options.QuantizationWeight
        : Semblance.Tensors.Tensor.Scalar(0, DataType.Float64);

    internal static void Gradients(GoldenCheck check, Tensor value, params (string Path, Tensor Leaf)[] leaves)
    {
        Tensor[] gradients = Autograd.Grad([value], [.. leaves.Select(leaf => leaf.Leaf)]);
        foreach (((string path, _), Tensor gradient) in leaves.Zip(gradients))
        {
            Gradient(check, path, gradient);
        }
    }

    internal static void Gradient(GoldenCheck check, string path, Tensor gradient) => check.Gradient(path, gradient.Contiguous().ToArray<double>());

    internal static Tensor Leaf(GoldenCase golden, string input)
    {
        Tensor leaf = Tensor(golden, input);
        leaf.RequiresGrad = true;
        return leaf;
    }

    internal static Tensor Tensor(GoldenCase golden, string input)
    {
        GoldenTensor tensor = golden.Input(input);
        return Semblance.Tensors.Tensor.From(tensor.Data, [.. tensor.Shape]);
    }

    internal static Tensor Labels(GoldenCase golden, string input) =>
        golden.Input(input).Shape.Length == 1 ? Tensor(golden, input).To(DataType.Int64) : Tensor(golden, input);

    internal static void Require(GoldenCase golden, string parameter, string value)
    {
        if (golden.Text(parameter, value) is var given && given != value)
        {
            throw Unknown(parameter, given);
        }
    }

    internal static InvalidDataException Unknown(string parameter, string value) => new($"the {parameter} '{value}' is not known.");
}
