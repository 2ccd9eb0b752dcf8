namespace Semblance.Data.Stores;

/// <summary>One image file each.</summary>
/// <param name="paths">The files.</param>
public sealed class FileStore(IReadOnlyList<string> paths) : ImageStore
{
    /// <inheritdoc/>
    public override int Count => paths.Count;

    /// <inheritdoc/>
    public override string Describe(int place) => paths[place];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(int place) => File.ReadAllBytes(paths[place]);
}
