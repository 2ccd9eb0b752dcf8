using Semblance.Index.Segments;

namespace Semblance.Index;

/// <summary>The different codes of a collection, each once, in the order in which they first occur.</summary>
internal sealed class DistinctCodes
{
    /// <summary>Finds them; takes a pass over the codes and, for each, 12 to 16 bytes of memory beside the different codes themselves.</summary>
    public DistinctCodes(Codes codes)
    {
        Of = new int[codes.Count];
        List<int> first = [];
        CodeTable table = new(codes.Count);
        RowsOf rows = new(codes);
        for (int row = 0; row < codes.Count; row++)
        {
            int same = table.FindOrAdd(codes[row], row, rows);
            Of[row] = same == row ? first.Count : Of[same];
            if (same == row)
            {
                first.Add(row);
            }
        }

        FirstRows = [.. first];
        Codes = FirstRows.Length == codes.Count ? codes : codes.Rows(FirstRows);
    }

    /// <summary>The different codes.</summary>
    public Codes Codes { get; }

    /// <summary>The first row of each different code, ascending.</summary>
    public int[] FirstRows { get; }

    /// <summary>For each row, which of the different codes it has.</summary>
    public int[] Of { get; }

    private readonly struct RowsOf(Codes codes) : ICodesOfRows
    {
        public ReadOnlySpan<ulong> CodeOf(int row) => codes[row];
    }
}
