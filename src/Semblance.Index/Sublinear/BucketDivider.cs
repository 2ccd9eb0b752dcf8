using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>Puts the entries of every bucket of a table in the order of their parts; those of a part stay in theirs.</summary>
/// <param name="table">The table.</param>
/// <param name="fingerprints">Fingerprints in the order of their buckets, with room behind the last.</param>
/// <param name="rows">Rows in the same order.</param>
/// <param name="rowBytes">Bytes of a row.</param>
internal sealed class BucketDivider(TableBits table, byte[] fingerprints, byte[] rows, int rowBytes)
{
    private int[] _places = [];
    private byte[] _before = [];

    /// <summary>Divides all buckets.</summary>
    /// <param name="ends">Where each bucket ends.</param>
    /// <param name="offsets">Receives where each part begins, and where the last ends.</param>
    public void Divide(ReadOnlySpan<uint> ends, Span<uint> offsets)
    {
        int parts = table.Parts;
        uint start = 0;
        for (int bucket = 0; bucket < table.Buckets; bucket++)
        {
            Span<uint> begins = offsets.Slice(bucket * parts, parts);
            begins[0] = start;
            if (parts > 1)
            {
                Divide((int)start, (int)(ends[bucket] - start), begins);
            }

            start = ends[bucket];
        }

        offsets[^1] = start;
    }

    private void Divide(int start, int count, Span<uint> begins)
    {
        if (_places.Length < count)
        {
            _places = new int[count];
        }

        Span<int> places = _places.AsSpan(0, count);
        Span<int> next = stackalloc int[begins.Length];
        next.Clear();
        PackedNumbers packed = new(fingerprints, table.FingerprintBytes);
        for (int i = 0; i < count; i++)
        {
            places[i] = (int)table.PartOf(packed[start + i]);
            next[places[i]]++;
        }

        int before = 0;
        for (int part = 0; part < next.Length; part++)
        {
            begins[part] = (uint)(start + before);
            (next[part], before) = (before, before + next[part]);
        }

        foreach (ref int place in places)
        {
            place = next[place]++;
        }

        Move(fingerprints.AsSpan(start * table.FingerprintBytes, count * table.FingerprintBytes), places, table.FingerprintBytes);
        Move(rows.AsSpan(start * rowBytes, count * rowBytes), places, rowBytes);
    }

    private void Move(Span<byte> numbers, ReadOnlySpan<int> places, int width)
    {
        if (_before.Length < numbers.Length)
        {
            _before = new byte[numbers.Length];
        }

        numbers.CopyTo(_before);
        for (int i = 0; i < places.Length; i++)
        {
            for (int part = 0; part < width; part++)
            {
                numbers[(places[i] * width) + part] = _before[(i * width) + part];
            }
        }
    }
}
