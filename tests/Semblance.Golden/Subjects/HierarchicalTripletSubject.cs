using Semblance.Losses.Pairs;
using Semblance.Sampling.Trees;
using Semblance.Tensors;
using Semblance.Training.Trees;

namespace Semblance.Golden.Subjects;

/// <summary>The Hierarchical Triplet Loss: the tree of a training set, and the loss of a batch with the margins of that tree.</summary>
internal static class HierarchicalTripletSubject
{
    public static void Run(GoldenCase golden, GoldenCheck check)
    {
        (HierarchicalTripletOptions options, double factor) = Options(golden);
        ClassMeans means = Means(golden);
        ClassTree tree = ClassTree.Of(means, new ClassTreeOptions { Levels = golden.Integer("levels", 16), Linkage = LinkageOf(golden), Neighbours = means.Count - 1 });
        CheckTree(check, means, tree, options.Gain);
        CheckLoss(golden, check, tree, options, factor);
    }

    private static void CheckTree(GoldenCheck check, ClassMeans means, ClassTree tree, double gain)
    {
        int[] places = [.. Enumerable.Range(0, tree.Count)];
        double[] Matrix(Func<int, int, double> value) => [.. places.SelectMany(p => places.Select(q => p == q ? 0 : value(p, q)))];
        check.EqualExactly("classes", tree.Labels);
        check.Equal("class_distance", Matrix(means.Distance));
        check.Equal("inner_distance", tree.InnerDistances);
        check.Equal("d0", tree.Thresholds[0]);
        check.Equal("level_thresholds", tree.Thresholds);
        check.EqualExactly("nodes_per_level", [.. Enumerable.Range(0, tree.Levels + 1).Select(tree.NodesAt)]);
        check.EqualExactly("merge_level", [.. Matrix((p, q) => tree.MergeLevel(p, q)).Select(level => (int)level)]);
        check.Equal("margin", Matrix((p, q) => tree.Margin(p, q, gain)));
        check.EqualExactly("nearest_classes", [.. places.SelectMany(place => tree.Neighbours(place).ToArray().Select(other => tree.Labels[other]))]);
    }

    private static void CheckLoss(GoldenCase golden, GoldenCheck check, ClassTree tree, HierarchicalTripletOptions options, double factor)
    {
        using TensorScope scope = new();
        GoldenTensor input = golden.Input("embeddings");
        Tensor embeddings = Tensor.From(input.Data, [.. input.Shape]);
        embeddings.RequiresGrad = true;
        GoldenTensor given = golden.Input("labels");
        Tensor labels = given.Shape.Length == 1 ? Tensor.From(given.Data, [.. given.Shape]).To(DataType.Int64) : Tensor.From(given.Data, [.. given.Shape]);
        PairBatch pairs = PairBatch.Within(embeddings, labels, normalize: golden.Normalizes);
        ClassMargins margins = new(new TreeSeparation { Tree = tree }, options);
        pairs = pairs with { Margin = margins.Of(labels, labels, DataType.Float64) };
        HierarchicalTripletLoss loss = new(options);
        Tensor value = loss.Forward(pairs) * factor;
        (long valid, long active) = loss.Count(pairs);
        check.EqualExactly("triplet_count", [(int)valid]);
        check.EqualExactly("active_triplet_count", [(int)active]);
        check.Equal("loss", value.ToDouble());
        check.Gradient("grad_embeddings", Autograd.Grad([value], [embeddings])[0].Contiguous().ToArray<double>());
        if (check.Expects("pair_gradient"))
        {
            check.Gradient("pair_gradient", (loss.Weights(pairs) * factor).Contiguous().ToArray<double>());
        }
    }

    private static ClassMeans Means(GoldenCase golden)
    {
        GoldenTensor rows = golden.Input("tree_embeddings");
        int[] labels = golden.Input("tree_labels").Integers();
        ClassTreeBuilder builder = new(rows.Shape[1]);
        for (int k = 0; k < labels.Length; k++)
        {
            builder.Add(rows.Data.AsSpan(k * builder.Width, builder.Width), labels[k]);
        }
        return builder.Means();
    }

    private static Linkage LinkageOf(GoldenCase golden) => golden.Text("linkage", "single") switch
    {
        "single" => Linkage.Single,
        "average" => Linkage.Average,
        string other => throw Unknown("linkage", other),
    };

    /// <summary>The options, and what the value is to be multiplied by: ours is half a mean.</summary>
    private static (HierarchicalTripletOptions Options, double Factor) Options(GoldenCase golden)
    {
        if (golden.Text("singleton_inner_distance", "d0") is var singletons && singletons != "d0")
        {
            throw Unknown("singleton_inner_distance", singletons);
        }
        (TripletAverage reduction, double factor) = golden.Text("reduction", "half_mean_over_all_triplets") switch
        {
            "half_mean_over_all_triplets" => (TripletAverage.Mean, 1.0),
            "half_mean_over_active_triplets" => (TripletAverage.MeanNonzero, 1.0),
            "mean_over_all_triplets" => (TripletAverage.Mean, 2.0),
            "mean_over_active_triplets" => (TripletAverage.MeanNonzero, 2.0),
            string other => throw Unknown("reduction", other),
        };
        HierarchicalTripletOptions options = new()
        {
            Gain = golden.Number("beta", new HierarchicalTripletOptions().Gain),
            Reduction = reduction,
            ClampMargin = golden.Flag("clamp_margin", missing: false),
            Distance = golden.Text("distance", "squared_euclidean") switch
            {
                "squared_euclidean" => PairDistance.SquaredEuclidean,
                "euclidean" => PairDistance.Euclidean,
                string other => throw Unknown("distance", other),
            },
        };
        return (options, factor);
    }

    private static InvalidDataException Unknown(string parameter, string value) => new($"the {parameter} '{value}' is not known.");
}
