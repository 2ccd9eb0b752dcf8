namespace Semblance.Losses.Logits;

/// <summary>Settings of a term over logits; a model that is trained with one has a classifier.</summary>
public interface ILogitTermOptions : ITermOptions
{
    /// <summary>Whether the logits must be cosines as they are, neither scaled nor shifted.</summary>
    bool NeedsCosines => false;

    /// <summary>Whether the term takes images that are mixed of two, with a label of each.</summary>
    bool TakesMixed => true;
}
