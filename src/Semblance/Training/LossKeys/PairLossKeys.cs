using Semblance.Losses;
using Semblance.Losses.Pairs;

namespace Semblance.Training;

/// <summary>Keys of losses over the pairs of a batch.</summary>
internal static class PairLossKeys
{
    public static PairLossTerm MultiSimilarity(Section section)
    {
        MultiSimilarityOptions preset = section.Choice("preset", MultiSimilarityPreset.Library) switch
        {
            MultiSimilarityPreset.Paper => MultiSimilarityOptions.Paper,
            MultiSimilarityPreset.Official => MultiSimilarityOptions.Official,
            _ => MultiSimilarityOptions.Library,
        };
        bool mining = section.Flag("mining", preset.Mining);
        MultiSimilarityOptions options = new()
        {
            Alpha = section.Number("alpha", preset.Alpha, above: 0),
            Beta = section.Number("beta", preset.Beta, above: 0),
            Base = section.Number("lambda", preset.Base),
            Mining = mining,
            Epsilon = section.When(mining, "mining: true").Number("epsilon", preset.Epsilon),
            PositiveSimilarityCutoff = section.NumberOrNull("positive-similarity-cutoff", preset.PositiveSimilarityCutoff),
        };
        PairLossTerm term = new(options, Pairs(section));
        if (mining && term.Pairs.Miner is not null)
        {
            section.Fault("mining", $"{section.Path} has mining: true and pairs.miner; set mining: false to choose another miner.");
        }
        return term;
    }

    public static PairLossTerm HierarchicalTriplet(Section section)
    {
        HierarchicalTripletOptions defaults = new();
        HierarchicalTripletOptions options = new()
        {
            Gain = section.Number("beta", defaults.Gain),
            InitialMargin = section.Number("initial-margin", defaults.InitialMargin),
            ClampMargin = section.Flag("clamp-margin", defaults.ClampMargin),
            Distance = section.Choice("distance", defaults.Distance),
            Reduction = section.Choice("reduction", defaults.Reduction),
            UnknownClass = section.Choice("unknown-class", defaults.UnknownClass),
        };
        return new PairLossTerm(options, Pairs(section));
    }

    public static PairLossTerm Circle(Section section) => new(
        new CircleOptions { Margin = section.Number("margin", new CircleOptions().Margin), Gamma = section.Number("gamma", new CircleOptions().Gamma, above: 0) },
        Pairs(section));

    public static PairLossTerm SupCon(Section section) =>
        new(new SupConOptions { Temperature = section.Number("temperature", new SupConOptions().Temperature, above: 0) }, Pairs(section));

    public static PairLossTerm Histogram(Section section) => new(new HistogramOptions { Bins = section.Int("bins", new HistogramOptions().Bins, min: 1) }, Pairs(section));

    public static PairLossTerm FastAp(Section section) => new(new FastApOptions { Bins = section.Int("bins", new FastApOptions().Bins, min: 1) }, Pairs(section));

    public static PairLossTerm SmoothAp(Section section) =>
        new(new SmoothApOptions { Temperature = section.Number("temperature", new SmoothApOptions().Temperature, above: 0) }, Pairs(section));

    public static PairLossTerm RankedList(Section section)
    {
        RankedListOptions defaults = new();
        RankedListOptions options = new()
        {
            Alpha = section.Number("alpha", defaults.Alpha, above: 0),
            Margin = section.Number("margin", defaults.Margin, min: 0),
            Temperature = section.Number("temperature", defaults.Temperature, min: 0),
            Balance = section.Number("lambda", defaults.Balance, min: 0),
        };
        return new(options, Pairs(section));
    }

    /// <summary>The keys that all pair losses have in common.</summary>
    public static PairTermOptions Pairs(Section section)
    {
        string output = section.Text("output", Outputs.Representation);
        return section.Child("pairs", pairs => new PairTermOptions
        {
            Output = output,
            Normalize = pairs.Flag("normalize", new PairTermOptions().Normalize),
            Miner = pairs.Optional("miner", MinerKeys.Read),
            RowsPerBlock = (int?)pairs.NumberOr("rows-per-block", "auto", null, min: 0, max: int.MaxValue),
            Memory = pairs.Optional("memory", Memory),
        });
    }

    /// <summary>The keys of a memory of earlier batches.</summary>
    public static CrossBatchMemoryOptions Memory(Section section) => new()
    {
        Size = section.Int("size", new CrossBatchMemoryOptions().Size, min: 1),
        FromStep = section.Int("from-step", new CrossBatchMemoryOptions().FromStep, min: 0),
        Weight = section.Number("weight", new CrossBatchMemoryOptions().Weight, min: 0),
    };

    /// <summary>Where the settings that a recipe leaves out come from.</summary>
    private enum MultiSimilarityPreset
    {
        Library,
        Paper,
        Official,
    }
}
