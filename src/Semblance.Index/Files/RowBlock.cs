using System.Runtime.InteropServices;

namespace Semblance.Index.Files;

/// <summary>Some consecutive rows of a file.</summary>
/// <param name="Format">What the rows are.</param>
/// <param name="Items">One item a row.</param>
/// <param name="Bytes">The rows, <see cref="RowFormat.BytesPerRow"/> bytes each.</param>
public sealed record RowBlock(RowFormat Format, IReadOnlyList<RowItem> Items, byte[] Bytes)
{
    /// <summary>The rows as codes.</summary>
    /// <exception cref="InvalidOperationException">The rows are embeddings.</exception>
    public Codes ToCodes() => Format.Kind == RowKind.Code
        ? Codes.FromBytes(Bytes, Format.Width)
        : throw new InvalidOperationException($"these rows are {Format}; codes were asked for.");

    /// <summary>The rows as embeddings, row-major.</summary>
    /// <exception cref="InvalidOperationException">The rows are codes.</exception>
    public float[] ToEmbeddings() => Format.Kind == RowKind.Embedding
        ? MemoryMarshal.Cast<byte, float>(Bytes).ToArray()
        : throw new InvalidOperationException($"these rows are {Format}; embeddings were asked for.");
}
