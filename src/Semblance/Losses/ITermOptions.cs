using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>Settings from which a term can be made, once it is known what the model gives; a record, so that two of them compare by value.</summary>
public interface ITermOptions
{
    /// <summary>Makes the term, with fresh parameters where it has any.</summary>
    /// <exception cref="ArgumentException">The settings do not fit what the model gives.</exception>
    ITerm Create(TermContext context);

    /// <summary>What is likely to go wrong with these settings, and what to do; null where nothing is known to.</summary>
    string? Warning(TermContext context) => null;
}

/// <summary>What a term must know of the model and the data.</summary>
/// <param name="Classes">Number of classes in the training set.</param>
/// <param name="Dimensions">Columns of the embedding; bits of a hash model.</param>
/// <param name="Seed">From which the term's parameters are drawn.</param>
public sealed record TermContext(int Classes, int Dimensions, long Seed)
{
    /// <summary>Who is positive to whom, for terms over pairs.</summary>
    public LabelRelation Relation { get; init; } = LabelRelation.SharesLabel;

    /// <summary>How far classes are apart, for terms whose margins depend on it; null where nobody tells.</summary>
    public IClassSeparation? Separation { get; init; }

    /// <summary>Number of training images, for terms that keep something of each; 0 where nobody tells.</summary>
    public int Items { get; init; }

    /// <summary>Training images of each class by the labels that the loss sees, for terms that weigh classes; empty where nobody tells.</summary>
    public IReadOnlyList<long> ClassCounts { get; init; } = [];

    /// <summary>What the experts of the model give, for terms over experts; null for a model without experts.</summary>
    public ExpertShape? Experts { get; init; }

    /// <summary>Images in a batch; 0 where nobody tells.</summary>
    public int Batch { get; init; }

    /// <summary>Whether every batch has so many; else the last of a pass may have fewer.</summary>
    public bool EvenBatches { get; init; }

    /// <summary>Whether labels come as rows of 0 and 1, not as class ids.</summary>
    public bool MultiLabel { get; init; }

    /// <summary>Element type of the term's parameters.</summary>
    public DataType Type { get; init; } = DataType.Float32;

    /// <summary>Where the term's parameters are.</summary>
    public Device Device { get; init; } = Device.Cpu;
}

/// <summary>What the experts of a model give.</summary>
/// <param name="Count">Experts.</param>
/// <param name="Distilled">Whether each has a classifier that distillation trains.</param>
/// <param name="Projection">Numbers in the projection of each; null where they have none.</param>
public sealed record ExpertShape(int Count, bool Distilled, int? Projection);
