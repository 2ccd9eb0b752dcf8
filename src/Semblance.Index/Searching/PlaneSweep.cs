using System.Numerics;
using Semblance.Index.Kernels;

namespace Semblance.Index.Searching;

/// <summary>Compares blocks of codes with all queries bit plane by bit plane, see <see cref="PlaneBlock"/>.</summary>
internal sealed class PlaneSweep : Sweep
{
    // A row that is near costs as much as a few hundred that are not; when so many rows for each wanted one have been seen, one or two in a block are near.
    private const int ScannedPerWanted = 256;
    private const int LeastScanned = 8 * PlaneBlock.Rows;

    private readonly ScanSweep _scan;
    private readonly PlaneBlock _block;
    private readonly int[] _near;
    private long _scanLeft;

    /// <summary>A sweep of queries; the first rows, and what is left of a block at the end, are scanned.</summary>
    public PlaneSweep(Codes codes, Codes queries, NearestRows[] nearest, HammingKernel kernel, Reach reach)
        : base(codes, queries, nearest)
    {
        _scan = new ScanSweep(codes, queries, nearest, kernel);
        _block = new PlaneBlock(queries);
        _near = new int[nearest.Length];
        _scanLeft = reach.Most == int.MaxValue ? 0 : Math.Max(LeastScanned, (long)ScannedPerWanted * reach.Most);
        SetLimits();
    }

    public override void Cover(int start, int count)
    {
        int end = start + count;
        if (_scanLeft > 0)
        {
            int scanned = (int)Math.Min(count, _scanLeft);
            _scan.Cover(start, scanned);
            _scanLeft -= scanned;
            start += scanned;
            SetLimits();
        }

        // Where codes repeat, all queries may soon have as many equal ones as they want.
        for (; _block.IsWanted && start + PlaneBlock.Rows <= end; start += PlaneBlock.Rows)
        {
            CoverBlock(start);
        }

        if (_block.IsWanted && start < end)
        {
            _scan.Cover(start, end - start);
            SetLimits();
        }
    }

    private void CoverBlock(int start)
    {
        _block.Load(Codes.WordsOf(start, PlaneBlock.Rows));
        int found = _block.Pass(_near);
        Span<ulong> rows = stackalloc ulong[PlaneBlock.Rows / 64];
        for (int place = 0; place < found; place++)
        {
            _block.Near(place, rows);
            Offer(_near[place], rows, start);
        }
    }

    private void Offer(int query, ReadOnlySpan<ulong> rows, int start)
    {
        NearestRows nearest = Nearest[query];
        int limit = nearest.Limit;
        ReadOnlySpan<ulong> code = Queries[query];
        for (int i = 0; i < rows.Length; i++)
        {
            for (ulong word = rows[i]; word != 0; word &= word - 1)
            {
                int row = start + (64 * i) + BitOperations.TrailingZeroCount(word);
                nearest.Offer(row, Codes.Distance(row, code));
            }
        }

        if (nearest.Limit != limit)
        {
            _block.SetLimit(query, nearest.Limit);
        }
    }

    private void SetLimits()
    {
        for (int query = 0; query < Nearest.Length; query++)
        {
            _block.SetLimit(query, Nearest[query].Limit);
        }
    }
}
