using System.Runtime.InteropServices;
using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>Builds one table of a <see cref="MultiIndex"/> by counting.</summary>
/// <param name="codes">The codes.</param>
/// <param name="layout">How entries look.</param>
/// <param name="progress">Told how many codes have been placed.</param>
/// <param name="cancellation">Ends the work early.</param>
internal sealed class BucketBuilder(Codes codes, MultiIndexLayout layout, Action<long>? progress, CancellationToken cancellation)
{
    private const int Block = 1 << 16;

    /// <summary>The bucket offsets, the fingerprints and the rows of a table, as bytes. Beside these nothing is allocated.</summary>
    public (byte[] Offsets, byte[] Fingerprints, byte[] Rows) Build(TableBits table)
    {
        byte[] offsetBytes = LargePages.Allocate(MultiIndexLayout.OffsetBytes(table));
        byte[] fingerprints = LargePages.Allocate(layout.FingerprintsBytes(table));
        byte[] rows = LargePages.Allocate(layout.RowsBytes);
        Span<uint> offsets = MemoryMarshal.Cast<byte, uint>(offsetBytes.AsSpan());
        Count(table, offsets);
        Place(table, offsets, fingerprints, rows);

        // Placing has moved every offset to the end of its bucket, which is the beginning of the next.
        offsets[..^1].CopyTo(offsets[1..]);
        offsets[0] = 0;
        return (offsetBytes, fingerprints, rows);
    }

    /// <summary>Sets every offset to the number of codes in the buckets before its own.</summary>
    private void Count(TableBits table, Span<uint> offsets)
    {
        int words = codes.WordsPerCode;
        for (int start = 0; start < codes.Count; start += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Block, codes.Count - start);
            ReadOnlySpan<ulong> block = codes.WordsOf(start, count);
            for (int i = 0; i < count; i++)
            {
                offsets[(int)table.Key.Of(block.Slice(i * words, words)) + 1]++;
            }
        }

        for (int i = 1; i < offsets.Length; i++)
        {
            offsets[i] += offsets[i - 1];
        }
    }

    private void Place(TableBits table, Span<uint> offsets, Span<byte> fingerprints, Span<byte> rows)
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
                int place = (int)offsets[(int)table.Key.Of(code)]++;
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
