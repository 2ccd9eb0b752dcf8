using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A loss that sees a batch only through its pairs.</summary>
public interface IPairLoss
{
    /// <summary>The loss, a scalar that differentiates with respect to <see cref="PairBatch.Similarity"/>; 0, still connected to it, where no pair counts.</summary>
    Tensor Forward(PairBatch pairs);
}

/// <summary>A pair loss whose pair weights are known in closed form.</summary>
public interface IWeightedPairLoss : IPairLoss
{
    /// <summary>dL/dS, anchors × references, without recording anything.</summary>
    Tensor Weights(PairBatch pairs);
}
