using System.Globalization;
using Semblance.Evaluation;

namespace Semblance.Golden.Subjects;

/// <summary><c>retrieval</c>: metrics of embeddings, leave-one-out or against a gallery, and of given clusters.</summary>
internal static class RetrievalSubject
{
    public static void Run(GoldenCase golden, GoldenCheck check)
    {
        var options = new RetrievalOptions
        {
            RecallAt = Ks(golden, check),
            Similarity = SimilarityOf(golden.Text("similarity", "cosine")),
            Overlap = OverlapRule.Count,
            Threads = 1,
        };
        RetrievalScores scores = Score(golden, options);
        foreach (RecallAtK recall in scores.Recall)
        {
            string k = recall.K.ToString(CultureInfo.InvariantCulture);
            check.Equal($"recall_at_k.{k}", recall.All.Optimistic);
            check.Equal($"recall_at_k_lone_queries_dropped.{k}", recall.WithPositives.Optimistic);
        }

        check.Equal("precision_at_1", scores.PrecisionAt1);
        check.Equal("r_precision", scores.RPrecision);
        check.Equal("map_at_r", scores.MeanAveragePrecisionAtR);
        check.Equal("map", scores.MeanAveragePrecision);
        Clusters(golden, check);
    }

    private static RetrievalScores Score(GoldenCase golden, RetrievalOptions options)
    {
        LabelledEmbeddings items = Side(golden, "embeddings", "labels");
        if (golden.HasInput("gallery_embeddings"))
        {
            return RetrievalEvaluation.QueryGallery(items, Side(golden, "gallery_embeddings", "gallery_labels"), options);
        }

        return golden.Flag("self_query_excluded", missing: true)
            ? RetrievalEvaluation.LeaveOneOut(items, options)
            : RetrievalEvaluation.QueryGallery(items, items, options);
    }

    private static LabelledEmbeddings Side(GoldenCase golden, string embeddings, string labels)
    {
        GoldenTensor rows = golden.Input(embeddings);
        return new LabelledEmbeddings(rows.Floats(), rows.Shape[1], new LabelledItems { Name = embeddings, Labels = golden.Input(labels).Labels() });
    }

    private static int[] Ks(GoldenCase golden, GoldenCheck check) =>
    [
        .. golden.Numbers("k").Select(k => (int)k)
            .Concat(check.Names("recall_at_k").Concat(check.Names("recall_at_k_lone_queries_dropped")).Select(k => int.Parse(k, CultureInfo.InvariantCulture)))
            .Distinct(),
    ];

    private static Similarity SimilarityOf(string name) => name switch
    {
        "cosine" => Similarity.Cosine,
        "dot" or "inner_product" => Similarity.Dot,
        "euclidean" or "l2" => Similarity.Euclidean,
        _ => throw new InvalidDataException($"the similarity '{name}' is not known."),
    };

    private static void Clusters(GoldenCase golden, GoldenCheck check)
    {
        if (!golden.HasInput("cluster_labels"))
        {
            return;
        }

        ClusterAgreement agreement = ClusterAgreement.Of(golden.Input("labels").Integers(), golden.Input("cluster_labels").Integers());
        check.Equal("nmi", agreement.NormalizedMutualInformation);
        check.Equal("ami", agreement.AdjustedMutualInformation);
        check.Equal("ari", agreement.AdjustedRandIndex);
        check.Equal("pairwise_f1", agreement.PairwiseF1);
    }
}
