namespace Semblance.Index.Files;

/// <summary>What the rows of a file are.</summary>
public enum RowKind
{
    /// <summary>Binary codes; the width is their number of bits.</summary>
    Code = 0,

    /// <summary>Embeddings, 32-bit floating-point numbers; the width is their dimension.</summary>
    Embedding = 1,
}

/// <summary>The kind and width of the rows of a file.</summary>
/// <param name="Kind">Codes or embeddings.</param>
/// <param name="Width">Bits or dimensions, at least 1.</param>
public readonly record struct RowFormat(RowKind Kind, int Width)
{
    /// <summary>Bytes that a row takes.</summary>
    public int BytesPerRow => Kind == RowKind.Code ? Codes.BytesFor(Width) : checked(Width * sizeof(float));

    /// <inheritdoc/>
    public override string ToString() => Kind == RowKind.Code ? $"codes of {Width} bits" : $"embeddings of {Width} dimensions";
}
