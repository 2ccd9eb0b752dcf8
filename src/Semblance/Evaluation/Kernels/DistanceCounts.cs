using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Semblance.Evaluation.Kernels;

/// <summary>Counts how often each distance occurs in runs of rows, and which row of its run and distance each row is.</summary>
/// <remarks>
/// One run after the other is bound by the time from a store to the next load of the same counter, since equal distances follow each other. Four runs in
/// step, each with counters of its own, hide it.
/// </remarks>
internal static class DistanceCounts
{
    /// <summary>Runs that go in step.</summary>
    public const int Step = 4;

    /// <summary>Distances that <see cref="Pairs"/> can count are below this.</summary>
    public const int PairBase = 128;

    /// <summary>The obvious loop over one run: oracle, and for what is left over.</summary>
    /// <param name="distances">Each below the number of counters.</param>
    /// <param name="places">Receives how many earlier rows of the run have the row's distance; empty where that is not wanted.</param>
    /// <param name="counts">Counters, one a distance; they begin at 0.</param>
    public static void Plain(ReadOnlySpan<ushort> distances, Span<ushort> places, Span<int> counts)
    {
        for (int i = 0; i < distances.Length; i++)
        {
            int before = counts[distances[i]]++;
            if (!places.IsEmpty)
            {
                places[i] = (ushort)before;
            }
        }
    }

    /// <summary>Four runs of equal length that follow each other.</summary>
    /// <param name="distances">The rows of the four runs; each distance is below the number of counters of a run.</param>
    /// <param name="places">As many as rows, or empty.</param>
    /// <param name="counts">The counters of the four runs, one after the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(ReadOnlySpan<ushort> distances, Span<ushort> places, Span<int> counts)
    {
        int run = distances.Length / Step, stride = counts.Length / Step;
        if (run * Step != distances.Length || stride * Step != counts.Length || (!places.IsEmpty && places.Length != distances.Length))
        {
            throw new ArgumentException($"{distances.Length} rows, {places.Length} places and {counts.Length} counters are not those of {Step} equal runs.");
        }

        ref ushort first = ref MemoryMarshal.GetReference(distances);
        ref ushort place = ref MemoryMarshal.GetReference(places);
        ref int a = ref MemoryMarshal.GetReference(counts);
        ref int b = ref Unsafe.Add(ref a, stride);
        ref int c = ref Unsafe.Add(ref a, 2 * stride);
        ref int d = ref Unsafe.Add(ref a, 3 * stride);
        if (places.IsEmpty)
        {
            for (int i = 0; i < run; i++)
            {
                Unsafe.Add(ref a, (int)Unsafe.Add(ref first, i))++;
                Unsafe.Add(ref b, (int)Unsafe.Add(ref first, i + run))++;
                Unsafe.Add(ref c, (int)Unsafe.Add(ref first, i + (2 * run)))++;
                Unsafe.Add(ref d, (int)Unsafe.Add(ref first, i + (3 * run)))++;
            }

            return;
        }

        for (int i = 0; i < run; i++)
        {
            Unsafe.Add(ref place, i) = (ushort)Unsafe.Add(ref a, (int)Unsafe.Add(ref first, i))++;
            Unsafe.Add(ref place, i + run) = (ushort)Unsafe.Add(ref b, (int)Unsafe.Add(ref first, i + run))++;
            Unsafe.Add(ref place, i + (2 * run)) = (ushort)Unsafe.Add(ref c, (int)Unsafe.Add(ref first, i + (2 * run)))++;
            Unsafe.Add(ref place, i + (3 * run)) = (ushort)Unsafe.Add(ref d, (int)Unsafe.Add(ref first, i + (3 * run)))++;
        }
    }

    /// <summary>Counts rows two at a time, by both of their distances: half as many counters are touched, and hardly ever the same one twice in a row.</summary>
    /// <param name="distances">Of an even number of rows, each below <see cref="PairBase"/>.</param>
    /// <param name="counts">PairBase x PairBase counters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pairs(ReadOnlySpan<ushort> distances, Span<int> counts)
    {
        counts = counts[..(PairBase * PairBase)];
        ref int first = ref MemoryMarshal.GetReference(counts);
        foreach (uint both in MemoryMarshal.Cast<ushort, uint>(distances))
        {
            Unsafe.Add(ref first, (nint)(((both >> 9) | (both & (PairBase - 1))) & ((PairBase * PairBase) - 1)))++;
        }
    }

    /// <summary>Adds counters of pairs up to counters of rows, and sets them to 0.</summary>
    /// <param name="pairs">PairBase x PairBase counters.</param>
    /// <param name="counts">At most PairBase counters.</param>
    public static void Unpair(Span<int> pairs, Span<int> counts)
    {
        for (int later = 0; later < counts.Length; later++)
        {
            Span<int> row = pairs.Slice(later * PairBase, counts.Length);
            for (int earlier = 0; earlier < row.Length; earlier++)
            {
                counts[earlier] += row[earlier];
                counts[later] += row[earlier];
            }

            row.Clear();
        }
    }
}
