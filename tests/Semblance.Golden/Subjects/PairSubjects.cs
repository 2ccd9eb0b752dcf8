using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using static Semblance.Golden.Subjects.LossSubjects;

namespace Semblance.Golden.Subjects;

/// <summary>Pair losses, in double precision: the value, the derivative with respect to embeddings, and the weight of every pair in both ways in which it can be had.</summary>
internal static class PairSubjects
{
    private static readonly TermContext Anything = new(Classes: 1, Dimensions: 1, Seed: 0) { Type = DataType.Float64 };

    public static void Contrastive(GoldenCase golden, GoldenCheck check)
    {
        Require(golden, "reduction", "mean_nonzero_per_side");
        Run(golden, check, new ContrastiveOptions { Distance = Distance(golden), PositiveMargin = NumberOrNull(golden, "pos_margin"), NegativeMargin = NumberOrNull(golden, "neg_margin") });
    }

    public static void Triplet(GoldenCase golden, GoldenCheck check)
    {
        Run(golden, check, new TripletOptions
        {
            Margin = golden.Number("margin", new TripletOptions().Margin),
            Distance = Distance(golden),
            Mining = golden.Text("mining", "all") switch
            {
                "all" or "batch_all" or "none" => TripletMining.All,
                "batch_hard" or "hard" => TripletMining.Hard,
                "semihard" or "semi_hard" => TripletMining.SemiHard,
                string other => throw Unknown("mining", other),
            },
            MinerMargin = NumberOrNull(golden, "miner_margin"),
            Smooth = golden.Flag("smooth"),
            Swap = golden.Flag("swap"),
            Reduction = golden.Text("reduction", "mean_nonzero") switch
            {
                "mean_nonzero" => TripletAverage.MeanNonzero,
                "mean" => TripletAverage.Mean,
                string other => throw Unknown("reduction", other),
            },
        });
    }

    public static void LiftedStructure(GoldenCase golden, GoldenCheck check)
    {
        Require(golden, "reduction", "mean");
        Run(golden, check, new LiftedStructureOptions
        {
            Variant = golden.Text("variant", "generalized") switch
            {
                "generalized" => LiftedStructureVariant.Generalized,
                "original" => LiftedStructureVariant.Original,
                string other => throw Unknown("variant", other),
            },
            Distance = Distance(golden),
            PositiveMargin = NumberOrNull(golden, "pos_margin"),
            NegativeMargin = NumberOrNull(golden, "neg_margin"),
        });
    }

    public static void BinomialDeviance(GoldenCase golden, GoldenCheck check)
    {
        BinomialDevianceOptions defaults = new();
        Run(golden, check, new BinomialDevianceOptions
        {
            Alpha = golden.Number("alpha", defaults.Alpha),
            Beta = golden.Number("beta", defaults.Beta),
            Base = golden.Number("lambda", defaults.Base),
            NegativeCost = golden.Number("negative_cost", defaults.NegativeCost),
            Reduction = golden.Text("reduction", "mean_over_batch") switch
            {
                "mean_over_batch" or "mean" => AnchorReduction.Mean,
                "sum" => AnchorReduction.Sum,
                string other => throw Unknown("reduction", other),
            },
        });
    }

    public static void NPair(GoldenCase golden, GoldenCheck check)
    {
        if (golden.Text("similarity", "dot_product") is var similarity && similarity is not ("dot_product" or "cosine_similarity"))
        {
            throw Unknown("similarity", similarity);
        }
        Run(golden, check, new NPairOptions { LengthWeight = golden.Number("l2_regularisation", 0) }, normalize: similarity == "cosine_similarity");
    }

    public static void Nca(GoldenCase golden, GoldenCheck check)
    {
        Require(golden, "reduction", "mean_over_batch");
        Run(golden, check, new NcaOptions { Scale = golden.Number("scale", new NcaOptions().Scale) });
    }

    public static void Margin(GoldenCase golden, GoldenCheck check)
    {
        Require(golden, "distance", "euclidean");
        Require(golden, "reduction", "mean_nonzero");
        Run(golden, check, new MarginOptions { Margin = golden.Number("margin", new MarginOptions().Margin), Boundary = golden.Number("beta", new MarginOptions().Boundary) });
    }

    private static void Run(GoldenCase golden, GoldenCheck check, IPairLossOptions options, bool normalize = false)
    {
        using TensorScope scope = new();
        IPairLoss loss = options.Create(Anything);
        Tensor embeddings = Leaf(golden, "embeddings");
        PairBatch pairs = Pairs(golden, embeddings, options.Pairs(new PairTermOptions { Normalize = normalize || golden.Normalizes }));
        Tensor value = loss.Forward(pairs);
        check.Equal("loss", value.ToDouble());
        Gradient(check, "pair_gradient", PairWeights.Of(loss, pairs));
        if (loss is IWeightedPairLoss weighted)
        {
            Gradient(check, "pair_gradient", weighted.Weights(pairs));
        }
        Gradients(check, value, ("grad_embeddings", embeddings));
    }

    private static PairBatch Pairs(GoldenCase golden, Tensor embeddings, PairTermOptions options) => golden.HasInput("reference_embeddings")
        ? PairBatch.Between(embeddings, Labels(golden, "labels"), Tensor(golden, "reference_embeddings"), Labels(golden, "reference_labels"), normalize: options.Normalize)
        : PairBatch.Within(embeddings, Labels(golden, "labels"), normalize: options.Normalize);

    private static PairDistance Distance(GoldenCase golden) => golden.Text("distance", "cosine_similarity") switch
    {
        "cosine_similarity" or "cosine" => PairDistance.Cosine,
        "euclidean" => PairDistance.Euclidean,
        "squared_euclidean" => PairDistance.SquaredEuclidean,
        string other => throw Unknown("distance", other),
    };

    private static double? NumberOrNull(GoldenCase golden, string parameter) => golden.Has(parameter) ? golden.Number(parameter) : null;
}
