namespace Semblance.Index.Segments;

/// <summary>The error of a file that is not as it was written.</summary>
internal static class Damage
{
    /// <summary>Says what is wrong where.</summary>
    public static InvalidDataException At(string path, long offset, string what) =>
        new($"{path}: offset {offset}: {what}. The file is damaged; restore the index from a copy or build it anew.");
}
