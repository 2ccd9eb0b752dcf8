using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A loss that sees a batch only through its pairs.</summary>
/// <remarks>Derive from <see cref="RowPairLoss"/> or <see cref="WeightedRowPairLoss"/> where every anchor's loss depends on its own row of similarities alone.</remarks>
public interface IPairLoss
{
    /// <summary>What the loss trains itself, such as a boundary a class; names are unique within the loss.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Parameters => [];

    /// <summary>The loss, a scalar that differentiates with respect to <see cref="PairBatch.Similarity"/>; 0, still connected to it, where no pair counts.</summary>
    Tensor Forward(PairBatch pairs);
}

/// <summary>A pair loss whose pair weights are known in closed form.</summary>
public interface IWeightedPairLoss : IPairLoss
{
    /// <summary>dL/dS, anchors × references, without recording anything.</summary>
    Tensor Weights(PairBatch pairs);
}
