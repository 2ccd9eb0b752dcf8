using System.Globalization;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Data.Pairs;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Training.Results;

/// <summary>Everything that was measured at the end of a run.</summary>
/// <param name="Query">The queries.</param>
/// <param name="Database">The database; the queries themselves where each asks the others.</param>
/// <param name="LeaveOneOut">Whether each query asks the other queries.</param>
/// <param name="Models">The model first, then its experts, then the model after post-processing, then the baselines.</param>
public sealed record RunResults(Side Query, Side Database, bool LeaveOneOut, IReadOnlyList<ScoredModel> Models)
{
    /// <summary>Whether the queries searched the database; a classifier may only be asked for classes.</summary>
    public bool Searched { get; init; } = true;

    /// <summary>The whitening that was fitted; null for none.</summary>
    public Whitening? Whitening { get; init; }
}

/// <summary>Measures a trained model, and the baselines of its recipe, on the queries and the database.</summary>
/// <param name="recipe">What is measured.</param>
/// <param name="parts">The images.</param>
/// <param name="observer">Hears of the progress.</param>
/// <param name="pairs">Pairs by which the model is verified as well; null for none.</param>
/// <param name="features">What the frozen backbone gives, where it is kept.</param>
public sealed class RunEvaluation(Recipe recipe, DataParts parts, IRunObserver observer, PairList? pairs = null, FrozenFeatures? features = null)
{
    // Raw pixels are compared at this size: larger ones score no better and cost memory.
    private const int PixelSize = 16;

    // Precision at these is drawn against N.
    private static readonly int[] Ladder = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

    // A curve by rank needs the place of every relevant item of every query.
    private const long MostPairsByRank = 1_000_000_000;
    private readonly Dictionary<(Dataset, bool), EncodedSet> inputs = [];
    private CancellationToken stop;

    /// <summary>Encodes and measures.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="cancellation">Stops between batches and baselines.</param>
    /// <exception cref="InvalidDataException">Query and database have images in common, and the recipe does not allow it.</exception>
    public RunResults Run(Model model, CancellationToken cancellation = default)
    {
        stop = cancellation;
        try
        {
            Side query = Encode(model, parts.Query, "encoding queries", withLogits: true);
            RunClassification classification = new(recipe, parts, query);
            Classified? classified = classification.Plain();
            RunResults results = Searches(classified) ? Search(model, query, classified) : ClassifyOnly(query, classified);
            Side EncodeTraining() => Encode(model, parts.Train, "encoding training images");
            Func<Side>? validation = parts.Validation is { } held ? () => Encode(model, held, "encoding validation images", withLogits: true) : null;
            List<ScoredModel> more = [.. classification.Experts()];
            if (results.Searched)
            {
                PostProcessing post = new(recipe, results, () => EncodeTraining().Encoded);
                more.AddRange(post.Score());
                results = results with { Whitening = post.Whitening };
            }
            more.AddRange(classification.PostHoc(model, EncodeTraining, validation));
            results = results with { Models = [.. results.Models, .. more] };
            return results.Searched ? results with { Models = [.. results.Models, .. Baselines(results)] } : results;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException(exception.Message + KeyOf(exception.Message), exception);
        }
    }

    /// <summary>Whether the queries search: always or never where the recipe says so; else unless a classifier has classes to tell and nothing else was asked for.</summary>
    private bool Searches(Classified? classified) => recipe.Evaluation.Retrieval switch
    {
        RetrievalUse.Always => true,
        RetrievalUse.Never => classified is not null ? false : throw new InvalidDataException("evaluation.retrieval is never, and the model has no classes to tell: it has no classifier, or no class of the queries trains. Set evaluation.retrieval to auto."),
        _ => recipe.Model.Head != HeadKind.Classifier || classified is null || recipe.Evaluation.NeedsRetrieval,
    };

    private RunResults ClassifyOnly(Side query, Classified? classified) =>
        new(query, query, true, [new ScoredModel(recipe.Name, false, [.. classified!.Scores()], null) { Queries = query.Items.Count, Searched = false, Classified = classified }]) { Searched = false };

    /// <summary>The queries search the database; of a classifier its accuracy comes first all the same.</summary>
    private RunResults Search(Model model, Side query, Classified? classified)
    {
        Side database = parts.Database is { } images ? Encode(model, images, "encoding the database") : query;
        bool leaveOneOut = parts.Database is null;
        ScoredModel scored = recipe.Model.Head == HeadKind.Hash
            ? ScoreCodes(recipe.Name, false, query.AsCodes(), database.AsCodes(), leaveOneOut)
            : ScoreEmbeddings(recipe.Name, false, query.AsEmbeddings(), database.AsEmbeddings(), leaveOneOut);
        if (scored.Codes is { } codes)
        {
            scored = scored with { Codes = codes.WithOutputs(database.Encoded.Rows) };
        }
        Score[] classes = [.. classified?.Scores() ?? []];
        scored = scored with { Classified = classified, Scores = recipe.Model.Head == HeadKind.Classifier ? [.. classes, .. scored.Scores] : [.. scored.Scores, .. classes] };
        if (pairs is not null)
        {
            scored = scored with { Scores = [.. scored.Scores, .. new PairEvaluation(recipe, pairs, observer).Run(model, stop)] };
        }
        return new(query, database, leaveOneOut, [scored]);
    }

    /// <summary>Measures the baselines of the recipe alone.</summary>
    /// <param name="untrained">The backbone before training.</param>
    /// <param name="cancellation">Stops between batches and baselines.</param>
    public RunResults RunBaselines(Model untrained, CancellationToken cancellation = default)
    {
        stop = cancellation;
        Side query = Encode(untrained, parts.Query, "encoding queries");
        Side database = parts.Database is { } images ? Encode(untrained, images, "encoding the database") : query;
        RunResults results = new(query, database, parts.Database is null, []);
        return results with { Models = [.. Baselines(results)] };
    }

    /// <summary>What a recipe calls the option that a message is about.</summary>
    private static string KeyOf(string message)
    {
        (string Words, string Key)[] options = [("overlap rule", "overlap"), ("memory limit", "memory"), ("whitening to", "whiten"), ("agreement of clusters", "clusters")];
        string? key = options.FirstOrDefault(option => message.Contains(option.Words, StringComparison.Ordinal)).Key;
        return key is null ? "" : $" A recipe says it as evaluation.{key}.";
    }

    private Side Encode(Model model, Dataset images, string what, bool withLogits = false)
    {
        EncodedSet encoded = features?.Encode(model, images, withLogits)
            ?? new Encoder(model, DataOpening.Transform(recipe.Data, augment: false), Options with { Logits = withLogits }).EncodeAll(images, done => observer.Progressed(what, done, images.Count), stop);
        string name = images.Name.Contains(parts.Rule, StringComparison.Ordinal) ? images.Name : string.Create(CultureInfo.InvariantCulture, $"{parts.Rule}:{images.Name}:{images.Count}");
        return Side.Of(images, encoded, name);
    }

    private EncoderOptions Options => new() { Threads = TrainingJob.LoaderThreads(recipe), Device = Device.Parse(recipe.Device) };

    private ScoredModel ScoreCodes(string name, bool baseline, LabelledCodes query, LabelledCodes database, bool leaveOneOut)
    {
        HashEvaluationOptions options = recipe.Evaluation.CodeOptions(leaveOneOut ? OverlapRule.Exclude : recipe.Evaluation.Overlap);
        int[] drawn = [.. Ladder.Where(cutoff => cutoff <= database.Codes.Count)];
        HashScores all = HashEvaluation.Run(query, database, options with
        {
            Cutoffs = [.. options.Cutoffs.Union(drawn)],
            ByRank = (long)query.Codes.Count * database.Codes.Count <= MostPairsByRank,
        });
        HashScores scores = all with { At = all.At.Where(entry => options.Cutoffs.Contains(entry.Key)).ToDictionary() };
        Warn(name, scores.QueriesWithoutRelevant, scores.Queries);
        ScoredCodes codes = new(query, database, all, BitDiagnostics.Of(database.Codes))
        {
            PrecisionAt = all.At.Where(entry => drawn.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value.Precision.Expected),
        };
        return new ScoredModel(name, baseline, [.. scores.Scores().Where(recipe.Evaluation.Wants), .. Clusters(() => Unpack(query), baseline)], codes)
        {
            Queries = scores.Queries,
            QueriesWithoutPositives = scores.QueriesWithoutRelevant,
        };
    }

    private ScoredModel ScoreEmbeddings(string name, bool baseline, LabelledEmbeddings query, LabelledEmbeddings database, bool leaveOneOut)
    {
        RetrievalScores scores = ScoreRanking(query, database, leaveOneOut);
        Warn(name, scores.QueriesWithoutPositives, scores.Queries);
        return new ScoredModel(name, baseline, [.. scores.Scores(), .. Clusters(() => query, baseline)], null) { Queries = scores.Queries, QueriesWithoutPositives = scores.QueriesWithoutPositives };
    }

    private RetrievalScores ScoreRanking(LabelledEmbeddings query, LabelledEmbeddings database, bool leaveOneOut)
    {
        RetrievalOptions options = PostProcessing.OptionsOf(recipe.Evaluation) with { Similarity = Similarity.Cosine };
        return leaveOneOut ? RetrievalEvaluation.LeaveOneOut(query, options) : RetrievalEvaluation.QueryGallery(query, database, options);
    }

    /// <summary>Agreement of clusters with classes, where it is asked for; baselines have none, it takes long.</summary>
    private IEnumerable<Score> Clusters(Func<LabelledEmbeddings> query, bool baseline)
    {
        if (!recipe.Evaluation.Clusters || baseline)
        {
            return [];
        }
        observer.Noted(string.Create(CultureInfo.InvariantCulture, $"Clustering {parts.Query.Count} queries by k-means."));
        return ClusterScores.Of(query(), recipe.Seed).Scores();
    }

    private void Warn(string name, int lonely, int queries)
    {
        if (lonely > 0)
        {
            observer.Noted(string.Create(CultureInfo.InvariantCulture, $"{name}: {lonely} of {queries} queries have no relevant image in the database; they count as 0 where the protocol says so."));
        }
    }

    /// <summary>Codes as rows of -1 and 1, whose cosine ranks as their Hamming distance does.</summary>
    private static LabelledEmbeddings Unpack(LabelledCodes codes)
    {
        int bits = codes.Codes.Bits;
        float[] rows = new float[codes.Codes.Count * bits];
        for (int row = 0; row < codes.Codes.Count; row++)
        {
            for (int bit = 0; bit < bits; bit++)
            {
                rows[(row * bits) + bit] = codes.Codes.Bit(row, bit) ? 1 : -1;
            }
        }
        return new LabelledEmbeddings(rows, bits, codes.Items);
    }

    private IEnumerable<ScoredModel> Baselines(RunResults results)
    {
        if (recipe.Evaluation.Baselines.Count == 0)
        {
            yield break;
        }
        using Model? untrained = recipe.Model.StartFile is null ? null : ModelBuilder.BackboneOf(recipe);
        foreach (Baseline baseline in recipe.Evaluation.Baselines)
        {
            stop.ThrowIfCancellationRequested();
            Model? source = baseline == Baseline.Pixels ? null : untrained;
            string name = source is null ? "pixels" : "features before training";
            observer.Noted($"Measuring the baseline {Phrases.Kebab(baseline)} on {name}.");
            EncodedSet query = Inputs(results.Query.Data, source), database = results.LeaveOneOut ? query : Inputs(results.Database.Data, source);
            yield return Fit(baseline, source) is { } hash
                ? ScoreHash(hash, name, results, query, database)
                : ScoreEmbeddings(name, true, new LabelledEmbeddings(query.Rows, query.Width, results.Query.Items), new LabelledEmbeddings(database.Rows, database.Width, results.Database.Items), results.LeaveOneOut);
        }
    }

    private ScoredModel ScoreHash(FittedHash hash, string source, RunResults results, EncodedSet query, EncodedSet database)
    {
        LabelledCodes queryCodes = results.Query.With(hash.Encode(query.Rows));
        LabelledCodes databaseCodes = results.LeaveOneOut ? queryCodes : results.Database.With(hash.Encode(database.Rows));
        return ScoreCodes($"{hash.Name} of {source}", true, queryCodes, databaseCodes, results.LeaveOneOut);
    }

    /// <summary>The hash of a baseline, fitted on the training images; null for a baseline of embeddings.</summary>
    private FittedHash? Fit(Baseline baseline, Model? source)
    {
        if (baseline is Baseline.Pixels or Baseline.Features)
        {
            return null;
        }
        EncodedSet train = Inputs(parts.Train, source);
        int bits = recipe.Model.Head == HeadKind.Hash ? recipe.Model.Bits : 64;
        return baseline switch
        {
            Baseline.Itq => LinearHash.Itq(train.Rows, train.Width, bits, recipe.Seed),
            Baseline.PcaSign => LinearHash.PcaSign(train.Rows, train.Width, bits, recipe.Seed),
            Baseline.Spectral => SpectralHash.Fit(train.Rows, train.Width, bits),
            _ => LinearHash.RandomProjection(train.Rows, train.Width, bits, recipe.Seed),
        };
    }

    /// <summary>What the baselines see: features of the backbone before training where it was pretrained, else small pictures.</summary>
    private EncodedSet Inputs(Dataset images, Model? untrained)
    {
        if (!inputs.TryGetValue((images, untrained is null), out EncodedSet? rows))
        {
            inputs[(images, untrained is null)] = rows = untrained is null ? Pixels(images) : Features(images, untrained);
        }
        return rows;
    }

    private EncodedSet Features(Dataset images, Model untrained) => features is not null
        ? new EncodedSet(features.Read(images), untrained.RepresentationCount, [.. Enumerable.Range(0, images.Count)], [])
        : new Encoder(untrained, DataOpening.Transform(recipe.Data, augment: false), Options).EncodeAll(images, done => observer.Progressed("encoding for the baselines", done, images.Count), stop);

    private EncodedSet Pixels(Dataset images)
    {
        ImageTransform small = DataOpening.Transform(recipe.Data, augment: false) with { Size = PixelSize, Resize = PixelSize };
        using DataLoader loader = new(images, small, new DataLoaderOptions { Threads = TrainingJob.LoaderThreads(recipe) });
        float[] rows = new float[images.Count * small.Length];
        int done = 0;
        foreach (ImageBatch batch in loader.LoadAll(256))
        {
            using (batch)
            {
                batch.Pixels.AsSpan(0, batch.Count * small.Length).CopyTo(rows.AsSpan(done * small.Length));
                done += batch.Count;
            }
        }
        return new EncodedSet(rows, small.Length, [.. Enumerable.Range(0, images.Count)], []);
    }
}
