using System.Runtime.InteropServices;
using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>The bytes of one table of a <see cref="MultiIndex"/>.</summary>
/// <param name="Offsets">Where each part of a bucket begins, and where the last one ends: u32 numbers.</param>
/// <param name="Fingerprints">Fingerprints in the order of the buckets, and padding.</param>
/// <param name="Rows">Rows in the same order, and padding.</param>
internal sealed record TableColumns(Column<byte> Offsets, Column<byte> Fingerprints, Column<byte> Rows)
{
    /// <summary>How the names of all columns of tables begin.</summary>
    public const string Prefix = "tables.";

    /// <summary>The column that says how all tables are laid out.</summary>
    public const string LayoutName = Prefix + "layout";

    /// <summary>Whether anything has to be checked before it is read.</summary>
    public bool NeedsChecks => Offsets.NeedsChecks || Fingerprints.NeedsChecks || Rows.NeedsChecks;

    /// <summary>The names of the columns of a table.</summary>
    public static string[] Names(int table) => [$"{Prefix}offsets.{table}", $"{Prefix}fingerprints.{table}", $"{Prefix}rows.{table}"];

    /// <summary>Takes the columns of a table from where they are kept.</summary>
    /// <param name="layout">What they hold.</param>
    /// <param name="table">Number of the table.</param>
    /// <param name="column">Gives the column of a name.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <exception cref="InvalidDataException">One has the wrong length.</exception>
    public static TableColumns Take(MultiIndexLayout layout, int table, Func<string, Column<byte>> column, string source)
    {
        long[] lengths = [MultiIndexLayout.OffsetBytes(layout.Tables[table]), layout.FingerprintsBytes(layout.Tables[table]), layout.RowsBytes];
        Column<byte>[] columns = [.. Names(table).Zip(lengths, (name, bytes) => Sound(column(name), bytes, name, source))];
        return new TableColumns(columns[0], columns[1], columns[2]);
    }

    /// <summary>Names and bytes.</summary>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Named(int table) =>
        Names(table).Zip([Offsets, Fingerprints, Rows], (name, column) => KeyValuePair.Create(name, column.Memory));

    /// <summary>What a probe reads, not checked.</summary>
    public BucketTable View(MultiIndexLayout layout, int table) =>
        new(MemoryMarshal.Cast<byte, uint>(Offsets.Unchecked), Fingerprints.Unchecked, layout.Tables[table].FingerprintBytes, (uint)layout.Count, layout.Tables[table].Parities.Length);

    /// <summary>Checks what the buckets of some keys hold; buckets with damaged offsets are left to the probe.</summary>
    public void Require(ReadOnlySpan<uint> masks, in ProbeQuery query, MultiIndexLayout layout, int table)
    {
        int parts = query.Parts.End - query.Parts.First;
        foreach (uint mask in masks)
        {
            int place = (int)((mask ^ query.Key) << layout.Tables[table].Parities.Length) + query.Parts.First;
            ReadOnlySpan<uint> offsets = MemoryMarshal.Cast<byte, uint>(Offsets.Slice(place * sizeof(uint), (parts + 1) * sizeof(uint)));
            if (offsets[0] < offsets[parts] && offsets[parts] <= layout.Count)
            {
                (int first, int count) = ((int)offsets[0], (int)(offsets[parts] - offsets[0]));
                Require(Fingerprints, first, count, layout.Tables[table].FingerprintBytes);
                Require(Rows, first, count, layout.RowBytes);
            }
        }
    }

    private static void Require(Column<byte> column, int first, int count, int bytes) => column.Require(first * bytes, count * bytes);

    private static Column<byte> Sound(Column<byte> column, long bytes, string name, string source) => column.Length == bytes
        ? column
        : throw new InvalidDataException($"{source}: column {name} has {column.Length} bytes; its layout needs {bytes}. The multi-index is damaged; build it again.");
}
