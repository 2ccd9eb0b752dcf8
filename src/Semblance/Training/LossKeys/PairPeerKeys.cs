using Semblance.Losses.Pairs;

namespace Semblance.Training;

/// <summary>Keys of the pair losses that compare pairs or triplets by margins, steps and softmax.</summary>
internal static class PairPeerKeys
{
    private const string Auto = "auto";

    public static PairLossTerm Contrastive(Section section)
    {
        ContrastiveOptions defaults = new();
        PairDistance distance = section.Choice("distance", defaults.Distance);
        return Term(section, new ContrastiveOptions
        {
            Distance = distance,
            PositiveMargin = section.When(distance != PairDistance.SquaredEuclidean, "distance: cosine or euclidean").NumberOr("positive-margin", Auto, defaults.PositiveMargin),
            NegativeMargin = section.NumberOr("negative-margin", Auto, defaults.NegativeMargin),
        });
    }

    public static PairLossTerm Triplet(Section section)
    {
        TripletOptions defaults = new();
        TripletMining mining = section.Choice("mining", defaults.Mining);
        return Term(section, new TripletOptions
        {
            Mining = mining,
            Margin = section.Number("margin", defaults.Margin),
            MinerMargin = section.When(mining == TripletMining.SemiHard, "mining: semi-hard").NumberOr("miner-margin", Auto, defaults.MinerMargin, above: 0),
            Distance = section.Choice("distance", defaults.Distance),
            Smooth = section.Flag("smooth", defaults.Smooth),
            Swap = section.Flag("swap", defaults.Swap),
            Reduction = section.Choice("reduction", defaults.Reduction),
        });
    }

    public static PairLossTerm LiftedStructure(Section section)
    {
        LiftedStructureOptions defaults = new();
        return Term(section, new LiftedStructureOptions
        {
            Variant = section.Choice("variant", defaults.Variant),
            Distance = section.Choice("distance", defaults.Distance),
            PositiveMargin = section.NumberOr("positive-margin", Auto, defaults.PositiveMargin),
            NegativeMargin = section.NumberOr("negative-margin", Auto, defaults.NegativeMargin),
        });
    }

    public static PairLossTerm BinomialDeviance(Section section)
    {
        BinomialDevianceOptions defaults = new();
        return Term(section, new BinomialDevianceOptions
        {
            Alpha = section.Number("alpha", defaults.Alpha, above: 0),
            Beta = section.Number("beta", defaults.Beta, above: 0),
            Base = section.Number("lambda", defaults.Base),
            NegativeCost = section.Number("negative-cost", defaults.NegativeCost, min: 0),
            Reduction = section.Choice("reduction", defaults.Reduction),
        });
    }

    public static PairLossTerm NPair(Section section) => Term(section, new NPairOptions { LengthWeight = section.Number("length-weight", new NPairOptions().LengthWeight, min: 0) });

    public static PairLossTerm Nca(Section section) => Term(section, new NcaOptions { Scale = section.Number("scale", new NcaOptions().Scale, above: 0) });

    public static PairLossTerm Margin(Section section)
    {
        MarginOptions defaults = new();
        LearnedBoundary learned = section.Choice("learned", defaults.Learned);
        return Term(section, new MarginOptions
        {
            Margin = section.Number("margin", defaults.Margin, min: 0),
            Boundary = section.Number("boundary", defaults.Boundary),
            Learned = learned,
            BoundaryWeight = section.When(learned != LearnedBoundary.None, "learned: shared or per-class").Number("boundary-weight", defaults.BoundaryWeight, min: 0),
        });
    }

    private static PairLossTerm Term(Section section, IPairLossOptions options)
    {
        PairLossTerm term = new(options, PairLossKeys.Pairs(section));
        options.Pairs(term.Pairs); // Refuses pairs that the loss cannot take, where the recipe is read.
        return term;
    }
}
