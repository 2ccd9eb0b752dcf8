namespace Semblance.Losses.Hashing;

/// <summary>The lengths of codes that hash methods are made for.</summary>
internal static class HashBits
{
    private const int Fewest = 8;
    private const int Most = 1024;

    /// <summary>What is likely to go wrong with codes of so many bits, or null.</summary>
    public static string? Warning(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Dimensions is >= Fewest and <= Most
            ? null
            : $"Codes have {context.Dimensions} bits; hash methods are made and tested for {Fewest} to {Most}. Set model.bits within that.";
    }
}
