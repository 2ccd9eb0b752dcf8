using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>Losses that rank an anchor's positives before its negatives as a whole.</summary>
internal static class RankingSubjects
{
    public static void Circle(GoldenCase golden, GoldenCheck check)
    {
        LossSubjects.Require(golden, "reduction", "mean_nonzero");
        Run(golden, check, new CircleLoss(new CircleOptions { Margin = golden.Number("m", new CircleOptions().Margin), Gamma = golden.Number("gamma", new CircleOptions().Gamma) }));
    }

    public static void SupCon(GoldenCase golden, GoldenCheck check)
    {
        LossSubjects.Require(golden, "reduction", "mean_nonzero");
        Run(golden, check, new SupConLoss(new SupConOptions { Temperature = golden.Number("temperature", new SupConOptions().Temperature) }));
    }

    public static void Histogram(GoldenCase golden, GoldenCheck check) =>
        Run(golden, check, new HistogramLoss(new HistogramOptions { Bins = golden.Integer("n_bins", new HistogramOptions().Bins) }));

    private static void Run(GoldenCase golden, GoldenCheck check, IPairLoss loss)
    {
        using TensorScope scope = new();
        Tensor embeddings = LossSubjects.Leaf(golden, "embeddings"), labels = LossSubjects.Labels(golden, "labels");
        PairBatch pairs = golden.HasInput("reference_embeddings")
            ? PairBatch.Between(embeddings, labels, LossSubjects.Tensor(golden, "reference_embeddings"), LossSubjects.Labels(golden, "reference_labels"), normalize: golden.Normalizes)
            : PairBatch.Within(embeddings, labels, normalize: golden.Normalizes);
        Tensor value = loss.Forward(pairs);
        check.Equal("loss", value.ToDouble());
        LossSubjects.Gradient(check, "pair_gradient", PairWeights.Of(loss, pairs));
        LossSubjects.Gradients(check, value, ("grad_embeddings", embeddings));
    }
}
