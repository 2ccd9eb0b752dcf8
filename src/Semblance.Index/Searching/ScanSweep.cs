using System.Runtime.CompilerServices;
using Semblance.Index.Kernels;

namespace Semblance.Index.Searching;

/// <summary>Compares codes as they lie in memory; a block of them stays in the processor's cache while all queries pass over it.</summary>
internal sealed class ScanSweep(Codes codes, Codes queries, NearestRows[] nearest, HammingKernel kernel) : Sweep(codes, queries, nearest)
{
    // Half of a second-level cache of 256 KiB, the smallest of today's.
    private const int BlockWords = 16_384;

    // The limit falls fast at first; it is taken over each time that so many rows were near.
    private const int Room = 64;

    private readonly Neighbour[] _near = new Neighbour[Room];

    public override void Cover(int start, int count)
    {
        int block = Math.Max(HammingKernel.LeastRoom, BlockWords / Codes.WordsPerCode);
        for (int end = start + count; start < end; start += block)
        {
            ReadOnlySpan<ulong> words = Codes.WordsOf(start, Math.Min(block, end - start));
            for (int query = 0; query < Nearest.Length; query++)
            {
                Pass(words, Queries[query], start, Nearest[query]);
            }
        }
    }

    // Optimised at once, as the kernels are: the first hundreds of searches would take half as long again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pass(ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> query, int start, NearestRows nearest)
    {
        while (!words.IsEmpty)
        {
            int scanned = kernel.Select(words, query, nearest.Limit, _near, out int found);
            nearest.Offer(_near.AsSpan(0, found), start);
            words = words[(scanned * query.Length)..];
            start += scanned;
        }
    }
}
