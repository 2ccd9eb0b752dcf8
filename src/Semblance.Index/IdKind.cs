namespace Semblance.Index;

/// <summary>What the ids of an index are.</summary>
public enum IdKind
{
    /// <summary>64-bit numbers.</summary>
    Number,

    /// <summary>Texts, ordered by their UTF-8 bytes.</summary>
    Text,
}
