namespace Semblance.Losses.Pairs;

/// <summary>Chooses the pairs that count.</summary>
public interface IMiner
{
    /// <summary>Whether the choice for an anchor depends on its own row of similarities alone, so that anchors can be mined some at a time.</summary>
    bool IsRowWise => true;

    /// <summary>The same similarities with narrower masks; no gradient flows through the choice.</summary>
    PairBatch Mine(PairBatch pairs);
}
