namespace Semblance.Data.Readers;

/// <summary>A place in a list of images, for messages.</summary>
/// <param name="List">The file.</param>
/// <param name="Number">Number of the line or entry, from 1.</param>
/// <param name="Unit">What is counted.</param>
internal readonly record struct Place(string List, int Number, string Unit = "line")
{
    /// <inheritdoc/>
    public override string ToString() => $"{List}, {Unit} {Number}";
}
