using System.Runtime.InteropServices;
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
    private const string LayoutName = "mih.layout";
    private readonly Column<byte>[] _offsets;
    private readonly Column<byte>[] _entries;
    private readonly string _source;
    private readonly ulong _rowMask;
    private readonly ulong[] _fingerprints;
    private readonly int[][] _absent;

    private MultiIndex(Codes codes, MultiIndexLayout layout, Column<byte>[] offsets, Column<byte>[] entries, string source)
    {
        (Codes, Layout, _offsets, _entries, _source) = (codes, layout, offsets, entries, source);
        _rowMask = (1UL << layout.RowBits) - 1;
        _fingerprints = [.. layout.Tables.Select(table => (table.Fingerprint.Bits == 64 ? ulong.MaxValue : (1UL << table.Fingerprint.Bits) - 1) << layout.RowBits)];
        _absent = [.. Enumerable.Range(0, layout.Tables.Count).Select(layout.Absent)];
        Vectorised = BucketProbe.IsVectorised && HammingKernels.Default.HasPlanes;
    }

    /// <summary>The codes that are searched.</summary>
    public Codes Codes { get; }

    /// <summary>Bytes that the tables take, beside the codes.</summary>
    public long Bytes => Layout.Bytes;

    /// <summary>Number of tables.</summary>
    public int Tables => Layout.Tables.Count;

    internal MultiIndexLayout Layout { get; }

    /// <summary>Whether entries are compared eight at a time.</summary>
    internal bool Vectorised { get; private init; }

    /// <summary>Whether tables can save time for codes of such a length and number; where not, a scan is the faster way.</summary>
    public static bool Pays(int bits, int count) => MultiIndexLayout.Pays(bits, count);

    /// <summary>Builds tables in memory.</summary>
    /// <param name="codes">The codes, which are not copied.</param>
    /// <param name="progress">Told the share of the work that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">There are more codes than tables can hold (268 million).</exception>
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
        MultiIndexLayout layout = MultiIndexLayout.Parse(column(LayoutName).All, source);
        if (layout.Bits != codes.Bits || layout.Count != codes.Count)
        {
            throw new InvalidDataException($"{source}: the multi-index is of {layout.Count} codes of {layout.Bits} bits; there are {codes.Count} of {codes.Bits}. Build it again.");
        }

        var offsets = new Column<byte>[layout.Tables.Count];
        var entries = new Column<byte>[layout.Tables.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            (offsets[i], entries[i]) = (column(OffsetsName(i)), column(EntriesName(i)));
            RequireLength(offsets[i], MultiIndexLayout.OffsetBytes(layout.Tables[i]), OffsetsName(i), source);
            RequireLength(entries[i], layout.EntriesBytes, EntriesName(i), source);
        }

        return new MultiIndex(codes, layout, offsets, entries, source);
    }

    /// <summary>The names of the columns of a multi-index with so many tables.</summary>
    internal static IEnumerable<string> ColumnNames(int tables)
    {
        yield return LayoutName;
        for (int i = 0; i < tables; i++)
        {
            yield return OffsetsName(i);
            yield return EntriesName(i);
        }
    }

    /// <summary>The same tables, read without vector instructions.</summary>
    internal MultiIndex WithoutVectors() => new(Codes, Layout, _offsets, _entries, _source) { Vectorised = false };

    /// <summary>The columns of this multi-index.</summary>
    internal IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Columns()
    {
        yield return new(LayoutName, Layout.ToBytes());
        for (int i = 0; i < Tables; i++)
        {
            yield return new(OffsetsName(i), _offsets[i].Memory);
            yield return new(EntriesName(i), _entries[i].Memory);
        }
    }

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
    internal int Read(int table, ReadOnlySpan<uint> masks, in ProbeQuery query, ref ProbePosition position, Span<ulong> survivors, ref long read)
    {
        if (_offsets[table].NeedsChecks || _entries[table].NeedsChecks)
        {
            RequireChecked(table, masks, query.Key);
        }

        ReadOnlySpan<uint> offsets = MemoryMarshal.Cast<byte, uint>(_offsets[table].Unchecked);
        var view = new BucketTable(offsets, _entries[table].Unchecked, Layout.EntryBytes, (uint)Codes.Count, _fingerprints[table]);
        int found = BucketProbe.Read(view, masks, query, ref position, survivors, ref read, Vectorised);
        return found >= 0
            ? found
            : throw new InvalidDataException($"{_source}: bucket {masks[position.Mask] ^ query.Key} of table {table} ends before it begins or beyond the {Codes.Count} codes. The multi-index is damaged; build it again.");
    }

    /// <summary>The tables whose keys have no bit in the fingerprints of a table, itself not counted.</summary>
    internal ReadOnlySpan<int> Absent(int table) => _absent[table];

    /// <summary>The row of an entry.</summary>
    internal int RowOf(ulong entry)
    {
        int row = (int)(entry & _rowMask);
        return row < Codes.Count
            ? row
            : throw new InvalidDataException($"{_source}: an entry has row {row}; there are {Codes.Count} codes. The multi-index is damaged; build it again.");
    }

    /// <summary>The bits of an entry that hold the fingerprint.</summary>
    internal ulong FingerprintMask(int table) => _fingerprints[table];

    /// <summary>Asks for the memory of a code that will be compared soon.</summary>
    internal void AskFor(int row) => BucketProbe.AskFor(Codes.UncheckedWords, row * Codes.WordsPerCode);

    private static MultiIndexLayout LayoutFor(Codes codes) => codes.Count <= MultiIndexLayout.MostCodes
        ? MultiIndexLayout.For(codes)
        : throw new ArgumentException($"there are {codes.Count} codes; a multi-index holds at most {MultiIndexLayout.MostCodes}. Divide them.", nameof(codes));

    private static string OffsetsName(int table) => $"mih.offsets.{table}";

    private static string EntriesName(int table) => $"mih.entries.{table}";

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> MakeColumns(Codes codes, MultiIndexLayout layout, Action<double>? progress, CancellationToken cancellation)
    {
        yield return new(LayoutName, layout.ToBytes());
        for (int i = 0; i < layout.Tables.Count; i++)
        {
            int table = i;
            Action<long>? placed = progress is null ? null : rows => progress((table + ((double)rows / codes.Count)) / layout.Tables.Count);
            (byte[] offsets, byte[] entries) = new BucketBuilder(codes, layout, placed, cancellation).Build(layout.Tables[i]);
            yield return new(OffsetsName(i), offsets);
            yield return new(EntriesName(i), entries);
        }
    }

    private static void RequireLength(Column<byte> column, long bytes, string name, string source)
    {
        if (column.Length != bytes)
        {
            throw new InvalidDataException($"{source}: column {name} has {column.Length} bytes; its layout needs {bytes}. The multi-index is damaged; build it again.");
        }
    }

    private void RequireChecked(int table, ReadOnlySpan<uint> masks, uint key)
    {
        foreach (uint mask in masks)
        {
            ReadOnlySpan<uint> offsets = MemoryMarshal.Cast<byte, uint>(_offsets[table].Slice((int)(mask ^ key) * sizeof(uint), 2 * sizeof(uint)));
            if (offsets[0] < offsets[1] && offsets[1] <= Codes.Count)
            {
                _entries[table].Require((int)(offsets[0] * (long)Layout.EntryBytes), (int)((offsets[1] - offsets[0]) * (long)Layout.EntryBytes));
            }
        }
    }
}
