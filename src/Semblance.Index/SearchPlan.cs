namespace Semblance.Index;

/// <summary>Ways to search; all of them give the same result.</summary>
public enum SearchPlan
{
    /// <summary>The fastest by measured cost.</summary>
    Auto,

    /// <summary>Every code is compared with every query, row by row as the codes lie in memory.</summary>
    Scan,

    /// <summary>Blocks of codes are compared with all queries at once, bit plane by bit plane: for batches, on processors with AVX-512.</summary>
    Planes,

    /// <summary>Tables of substrings name the codes that can be near, so that the others are not looked at; see <see cref="Semblance.Index.MultiIndex"/>. Named in <see cref="SearchOptions.Plan"/> it is kept to even where a scan would be faster.</summary>
    MultiIndex,
}
