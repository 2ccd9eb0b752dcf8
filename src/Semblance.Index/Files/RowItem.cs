namespace Semblance.Index.Files;

/// <summary>What a file says of one row.</summary>
/// <param name="Id">The item's name; at most 65,535 bytes of UTF-8.</param>
/// <param name="Labels">Class indices; empty where they are not known.</param>
/// <param name="ContentHash">What changes with the image: a hash of its bytes or pixels, or of the length and time of its file; 0 where it is not known.</param>
public sealed record RowItem(string Id, IReadOnlyList<int> Labels, ulong ContentHash = 0)
{
    /// <summary>An item of which only the name is known.</summary>
    public RowItem(string id)
        : this(id, [])
    {
    }
}
