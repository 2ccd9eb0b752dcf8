namespace Semblance.Index.Segments;

/// <summary>Finds the code of a row.</summary>
internal interface ICodesOfRows
{
    /// <summary>The words of the code of a row.</summary>
    ReadOnlySpan<ulong> CodeOf(int row);
}
