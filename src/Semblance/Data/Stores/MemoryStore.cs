namespace Semblance.Data.Stores;

/// <summary>Encoded images kept in memory, one after the other.</summary>
/// <param name="path">Where they came from, for messages.</param>
/// <param name="bytes">All of them.</param>
/// <param name="entries">Where each lies.</param>
public sealed class MemoryStore(string path, byte[] bytes, IReadOnlyList<ArchiveEntry> entries) : ImageStore
{
    /// <inheritdoc/>
    public override int Count => entries.Count;

    /// <inheritdoc/>
    public override string Describe(int place) => $"{path}: {entries[place].Name}";

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(int place) => bytes.AsMemory((int)entries[place].Offset, entries[place].Length);
}
