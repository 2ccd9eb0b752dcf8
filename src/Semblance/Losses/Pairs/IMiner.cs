namespace Semblance.Losses.Pairs;

/// <summary>Chooses the pairs that count.</summary>
public interface IMiner
{
    /// <summary>The same similarities with narrower masks; no gradient flows through the choice.</summary>
    PairBatch Mine(PairBatch pairs);
}
