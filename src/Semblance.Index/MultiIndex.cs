using Semblance.Index.Kernels;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;

namespace Semblance.Index;

/// <summary>Tables by which codes near a query are found without a look at all of them: exact multi-index hashing.</summary>
/// <remarks>
/// A code is cut into substrings of bits. Codes at a small distance are equal, or nearly so, in at least one of them, and each table lists the codes by the value of one
/// substring. A search reads the values near the query's own, nearest first, until what it has found cannot be beaten. Norouzi, Punjani, Fleet,
/// "Fast exact search in Hamming space with multi-index hashing", TPAMI 2014; here with a radius for each table, fingerprints in the buckets and exact ties.
/// It is safe for concurrent searches. Use it through <see cref="HammingIndex"/>, which goes back to a scan where that is faster.
/// </remarks>
public sealed class MultiIndex
{
    private readonly TableColumns[] _columns;
    private readonly string _source;
    private readonly int[][] _beside;

    private MultiIndex(Codes codes, MultiIndexLayout layout, TableColumns[] columns, string source)
    {
        (Codes, Layout, _columns, _source) = (codes, layout, columns, source);
        _beside = [.. Enumerable.Range(0, layout.Tables.Count).Select(layout.Beside)];
        Vectorised = BucketProbe.IsVectorised && HammingKernels.Default.HasPlanes;
    }

    /// <summary>The codes that are searched.</summary>
    public Codes Codes { get; }

    /// <summary>Bytes that the tables take, beside the codes.</summary>
    public long Bytes => Layout.Bytes;

    /// <summary>Number of tables.</summary>
    public int Tables => Layout.Tables.Count;

    internal MultiIndexLayout Layout { get; }

    /// <summary>Whether entries are compared 16 at a time.</summary>
    internal bool Vectorised { get; private init; }

    /// <summary>Whether tables can save time for codes of such a length and number; where not, a scan is the faster way.</summary>
    public static bool Pays(int bits, int count) => MultiIndexLayout.Pays(bits, count);

    /// <summary>Builds tables in memory.</summary>
    /// <param name="codes">The codes, which are not copied.</param>
    /// <param name="progress">Told the share of the work that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">There are more codes than tables can hold (536 million).</exception>
    public static MultiIndex Build(Codes codes, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(codes);
        return Build(codes, LayoutFor(codes), progress, cancellation);
    }

    internal static MultiIndex Build(Codes codes, MultiIndexLayout layout, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        Dictionary<string, ReadOnlyMemory<byte>> columns = MakeColumns(codes, layout, progress, cancellation).ToDictionary(StringComparer.Ordinal);
        return FromColumns(codes, name => new Column<byte>(columns[name]), "a multi-index in memory");
    }

    /// <summary>Builds the columns of a multi-index one after another, so that a writer needs to hold one table only.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="progress">Told the share of the work that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <returns>Names and bytes, for <see cref="FromColumns"/>.</returns>
    internal static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> MakeColumns(Codes codes, Action<double>? progress = null, CancellationToken cancellation = default) =>
        MakeColumns(codes, LayoutFor(codes), progress, cancellation);

    /// <summary>A multi-index over columns that were written before.</summary>
    /// <param name="codes">The codes that the tables were built from.</param>
    /// <param name="column">Gives the column of a name.</param>
    /// <param name="source">Where the columns come from, for messages.</param>
    /// <exception cref="InvalidDataException">The columns do not fit each other or the codes.</exception>
    internal static MultiIndex FromColumns(Codes codes, Func<string, Column<byte>> column, string source)
    {
        MultiIndexLayout layout = MultiIndexLayout.Parse(column(TableColumns.LayoutName).All, source);
        if (layout.Bits != codes.Bits || layout.Count != codes.Count)
        {
            throw new InvalidDataException($"{source}: the multi-index is of {layout.Count} codes of {layout.Bits} bits; there are {codes.Count} of {codes.Bits}. Build it again.");
        }

        return new MultiIndex(codes, layout, [.. Enumerable.Range(0, layout.Tables.Count).Select(table => TableColumns.Take(layout, table, column, source))], source);
    }

    /// <summary>The names of the columns of a multi-index with so many tables.</summary>
    internal static IEnumerable<string> ColumnNames(int tables) => [TableColumns.LayoutName, .. Enumerable.Range(0, tables).SelectMany(TableColumns.Names)];

    /// <summary>The same tables, read without vector instructions.</summary>
    internal MultiIndex WithoutVectors() => new(Codes, Layout, _columns, _source) { Vectorised = false };

    /// <summary>The columns of this multi-index.</summary>
    internal IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Columns() =>
        [new(TableColumns.LayoutName, Layout.ToBytes()), .. _columns.SelectMany((columns, table) => columns.Named(table))];

    /// <summary>What a query wants by (distance, row), or null where a scan costs less than the rest of the search.</summary>
    /// <param name="query">Words of the query.</param>
    /// <param name="reach">What is wanted.</param>
    /// <param name="filter">Which rows may be results.</param>
    /// <param name="budget">What the search may cost.</param>
    /// <param name="cancellation">Ends the search early.</param>
    /// <param name="counts">Receives what was done.</param>
    internal Neighbour[]? Search(ReadOnlySpan<ulong> query, Reach reach, RowFilter filter, ProbeBudget budget, CancellationToken cancellation, out ProbeCounts counts)
    {
        FoundRows found = new(reach with { Most = Math.Min(reach.Most, Codes.Count) }, filter);
        MultiIndexSearch search = new(this, query, found, budget, cancellation);
        bool completed = search.Run();
        counts = search.Counts;
        return completed ? found.ToArray() : null;
    }

    /// <summary>Reads buckets of a table; see <see cref="BucketProbe.Read"/>.</summary>
    internal int Read(int table, ReadOnlySpan<uint> masks, in ProbeQuery query, ref ProbePosition position, Span<int> survivors, Span<int> distances, ref long read)
    {
        TableColumns columns = _columns[table];
        if (columns.NeedsChecks)
        {
            columns.Require(masks, query, Layout, table);
        }

        int found = BucketProbe.Read(columns.View(Layout, table), masks, query, ref position, survivors, distances, ref read, Vectorised);
        return found >= 0
            ? found
            : throw new InvalidDataException($"{_source}: bucket {masks[position.Mask] ^ query.Key} of table {table} ends before it begins or beyond the {Codes.Count} codes. The multi-index is damaged; build it again.");
    }

    /// <summary>The tables whose keys have no bit in the fingerprints of a table, itself not counted.</summary>
    internal ReadOnlySpan<int> Beside(int table) => _beside[table];

    /// <summary>The rows of a table, not checked.</summary>
    internal PackedNumbers Rows(int table) => new(_columns[table].Rows.Unchecked, Layout.RowBytes);

    /// <summary>The row that an entry names.</summary>
    internal int Sound(uint row) => row < (uint)Layout.Count ? (int)row : throw Damaged(row);

    /// <summary>Asks for the offsets of buckets that will be read soon.</summary>
    internal void AskFor(int table, uint key, ReadOnlySpan<uint> masks)
    {
        ReadOnlySpan<byte> offsets = _columns[table].Offsets.Unchecked;
        foreach (uint mask in masks)
        {
            BucketProbe.AskFor(offsets, (int)((mask ^ key) << Layout.Tables[table].Parities.Length) * sizeof(uint));
        }
    }

    private InvalidDataException Damaged(uint row) =>
        new($"{_source}: an entry has row {row}; there are {Codes.Count} codes. The multi-index is damaged; build it again.");

    private static MultiIndexLayout LayoutFor(Codes codes) => codes.Count <= MultiIndexLayout.MostCodes
        ? MultiIndexLayout.For(codes)
        : throw new ArgumentException($"there are {codes.Count} codes; a multi-index holds at most {MultiIndexLayout.MostCodes}. Divide them.", nameof(codes));

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> MakeColumns(Codes codes, MultiIndexLayout layout, Action<double>? progress, CancellationToken cancellation)
    {
        yield return new(TableColumns.LayoutName, layout.ToBytes());
        for (int i = 0; i < layout.Tables.Count; i++)
        {
            int table = i;
            Action<long>? placed = progress is null ? null : done => progress((table + ((double)done / codes.Count)) / layout.Tables.Count);
            (byte[] offsets, byte[] fingerprints, byte[] rows) = new BucketBuilder(codes, layout, placed, cancellation).Build(layout.Tables[i]);
            TableColumns columns = new(new Column<byte>(offsets), new Column<byte>(fingerprints), new Column<byte>(rows));
            foreach (KeyValuePair<string, ReadOnlyMemory<byte>> column in columns.Named(table))
            {
                yield return column;
            }
        }
    }
}
