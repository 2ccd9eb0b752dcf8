using System.Runtime.InteropServices;
using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>Builds one table of a <see cref="MultiIndex"/> by counting: first by buckets, then each bucket by its parts.</summary>
/// <param name="codes">The codes.</param>
/// <param name="layout">How entries look.</param>
/// <param name="progress">Told how many codes have been placed.</param>
/// <param name="cancellation">Ends the work early.</param>
internal sealed class BucketBuilder(Codes codes, MultiIndexLayout layout, Action<long>? progress, CancellationToken cancellation)
{
    private const int Block = 1 << 16;

    /// <summary>The offsets, the fingerprints and the rows of a table, as bytes. Beside these only four bytes a bucket are allocated.</summary>
    public (byte[] Offsets, byte[] Fingerprints, byte[] Rows) Build(TableBits table)
    {
        byte[] offsets = LargePages.Allocate(MultiIndexLayout.OffsetBytes(table));
        byte[] fingerprints = LargePages.Allocate(layout.FingerprintsBytes(table));
        byte[] rows = LargePages.Allocate(layout.RowsBytes);
        uint[] ends = Starts(table);
        Place(table, ends, fingerprints, rows);
        new BucketDivider(table, fingerprints, rows, layout.RowBytes).Divide(ends, MemoryMarshal.Cast<byte, uint>(offsets.AsSpan()));
        return (offsets, fingerprints, rows);
    }

    /// <summary>Where each bucket begins.</summary>
    private uint[] Starts(TableBits table)
    {
        var starts = new uint[table.Buckets + 1];
        int words = codes.WordsPerCode;
        for (int start = 0; start < codes.Count; start += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Block, codes.Count - start);
            ReadOnlySpan<ulong> block = codes.WordsOf(start, count);
            for (int i = 0; i < count; i++)
            {
                starts[(int)table.Key.Of(block.Slice(i * words, words)) + 1]++;
            }
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        return starts;
    }

    /// <summary>Writes all codes into their buckets, by row; where buckets began, they end after it.</summary>
    private void Place(TableBits table, uint[] next, Span<byte> fingerprints, Span<byte> rows)
    {
        int words = codes.WordsPerCode;
        int wide = table.FingerprintBytes, rowBytes = layout.RowBytes;
        for (int start = 0; start < codes.Count; start += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Block, codes.Count - start);
            ReadOnlySpan<ulong> block = codes.WordsOf(start, count);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<ulong> code = block.Slice(i * words, words);
                int place = (int)next[(int)table.Key.Of(code)]++;
                Write(fingerprints.Slice(place * wide, wide), (uint)table.Fingerprint.Of(code));
                Write(rows.Slice(place * rowBytes, rowBytes), (uint)(start + i));
            }

            progress?.Invoke(start + count);
        }
    }

    private static void Write(Span<byte> place, uint number)
    {
        for (int i = 0; i < place.Length; i++)
        {
            place[i] = (byte)(number >> (8 * i));
        }
    }
}
