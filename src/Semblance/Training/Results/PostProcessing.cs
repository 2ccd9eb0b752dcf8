using System.Globalization;
using Semblance.Encoders;
using Semblance.Evaluation;

namespace Semblance.Training.Results;

/// <summary>Measures a model's embeddings after what the recipe does to them: whitening first, then query expansion, then each of the re-rankings.</summary>
/// <param name="recipe">Says what is done.</param>
/// <param name="results">Embeddings of queries and database.</param>
/// <param name="encodeTraining">Encodes the training images, where whitening is fitted on them.</param>
internal sealed class PostProcessing(Recipe recipe, RunResults results, Func<EncodedSet> encodeTraining)
{
    private readonly EvaluationRecipe evaluation = recipe.Evaluation;
    private readonly RetrievalOptions options = OptionsOf(recipe.Evaluation);

    /// <summary>The whitening that <see cref="Score"/> fitted.</summary>
    public Whitening? Whitening { get; private set; }

    /// <summary>How a recipe has embeddings ranked.</summary>
    public static RetrievalOptions OptionsOf(EvaluationRecipe evaluation) =>
        new() { RecallAt = [.. evaluation.RecallAt], Overlap = evaluation.Overlap, MemoryLimit = (long)evaluation.Memory << 20 };

    /// <summary>A row of scores for every way of ranking that the recipe asks for beside the plain one.</summary>
    public IReadOnlyList<ScoredModel> Score()
    {
        if (evaluation is { Whiten: null, Expand: null, Rerank: null, Reciprocal: null })
        {
            return [];
        }
        LabelledEmbeddings query = results.Query.AsEmbeddings();
        RetrievalSides sides = results.LeaveOneOut ? RetrievalSides.LeaveOneOut(query) : RetrievalSides.QueryGallery(query, results.Database.AsEmbeddings(), evaluation.Overlap);
        List<ScoredModel> rows = [];
        string name = recipe.Name;
        if (evaluation.Whiten is { } whiten)
        {
            sides = Whiten(sides, whiten);
            name = string.Create(CultureInfo.InvariantCulture, $"{name}, whitened to {whiten.Dimensions}");
            rows.Add(Row(name, RetrievalEvaluation.Run(sides, options), Clusters(sides)));
        }
        if (evaluation.Expand is { } expand)
        {
            sides = QueryExpansion.Expand(sides, expand, options);
            name = string.Create(CultureInfo.InvariantCulture, $"{name}, expanded by {expand.Count}");
            rows.Add(Row(name, RetrievalEvaluation.Run(sides, options), []));
        }
        if (evaluation.Rerank is { } top)
        {
            rows.Add(Row(string.Create(CultureInfo.InvariantCulture, $"{name}, {top} of the signs by cosine"), Reranking.ByCosine(sides, top, options), []));
        }
        if (evaluation.Reciprocal is { } reciprocal)
        {
            rows.Add(Row($"{name}, by reciprocal neighbours", Reranking.ByReciprocalNeighbours(sides, reciprocal, options), []));
        }
        return rows;
    }

    private static ScoredModel Row(string name, RetrievalScores scores, IEnumerable<Score> more) =>
        new(name, false, [.. scores.Scores(), .. more], null) { Queries = scores.Queries, QueriesWithoutPositives = scores.QueriesWithoutPositives };

    private IEnumerable<Score> Clusters(RetrievalSides sides) => evaluation.Clusters ? ClusterScores.Of(sides.Queries, recipe.Seed, post: sides.PostProcessing).Scores() : [];

    private RetrievalSides Whiten(RetrievalSides sides, WhitenRecipe whiten)
    {
        if (whiten.Fit == WhitenedBy.Database && results.LeaveOneOut)
        {
            throw new InvalidDataException("evaluation.whiten.fit is database, and every query searches the other queries; whitening is never fitted on queries. Set evaluation.whiten.fit to train.");
        }
        EncodedSet fitted = whiten.Fit == WhitenedBy.Train ? encodeTraining() : results.Database.Encoded;
        Whitening = Whitening.Fit(fitted.Rows, fitted.Width, whiten.Dimensions, whiten.Shrinkage, Phrases.Kebab(whiten.Fit));
        float[] queries = Whitening.Apply(sides.Queries.Rows.Span);
        return sides.With(queries, results.LeaveOneOut ? queries : Whitening.Apply(sides.Gallery.Rows.Span), Whitening.Dimensions, Whitening.Description);
    }
}
