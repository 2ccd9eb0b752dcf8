using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>Distances of one query to a run of codes.</summary>
/// <param name="codes">Words of the codes, row after row.</param>
/// <param name="query">Words of the query; their number is the number of words of every code.</param>
/// <param name="distances">Receives one distance a code.</param>
public delegate void HammingKernel(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances);

/// <summary>The kernels that count differing bits, by name.</summary>
public static class HammingScan
{
    /// <summary>The environment variable that forces a kernel by name.</summary>
    public const string Variable = "SEMBLANCE_HAMMING_KERNEL";

    private static Vector128<byte> OnesOfNibble => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    private static readonly Dictionary<string, HammingKernel> Table = Kernels();

    /// <summary>The kernels that this processor can run; <c>plain</c> is always among them.</summary>
    public static IReadOnlyDictionary<string, HammingKernel> Available => Table;

    /// <summary>The kernel in use: the forced one, or the fastest.</summary>
    public static HammingKernel Default { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The kernel of a name; null or empty gives the fastest.</summary>
    /// <exception cref="ArgumentException">No kernel of that name runs here.</exception>
    public static HammingKernel Choose(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return Table.TryGetValue("avx512", out HammingKernel? fast) ? fast : Plain;
        }

        return Table.TryGetValue(name, out HammingKernel? kernel)
            ? kernel
            : throw new ArgumentException($"{Variable} names the kernel '{name}'; this processor runs {string.Join(", ", Table.Keys)}. Unset it or name one of these.");
    }

    /// <summary>One exclusive or and one population count a word: the oracle of the other kernels, and the fallback.</summary>
    public static void Plain(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        Require(codes, query, distances);
        if (query.Length == 1)
        {
            ulong word = query[0];
            for (int i = 0; i < codes.Length; i++)
            {
                distances[i] = (ushort)BitOperations.PopCount(codes[i] ^ word);
            }

            return;
        }

        for (int i = 0, at = 0; at < codes.Length; i++, at += query.Length)
        {
            int distance = 0;
            for (int j = 0; j < query.Length; j++)
            {
                distance += BitOperations.PopCount(codes[at + j] ^ query[j]);
            }

            distances[i] = (ushort)distance;
        }
    }

    /// <summary>Eight one-word codes at a time: nibble counts from a table in a register, summed over the bytes of a word. Longer codes go to <see cref="Plain"/>.</summary>
    public static void Avx512(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        Require(codes, query, distances);
        if (query.Length != 1)
        {
            Plain(codes, query, distances);
            return;
        }

        const int Step = 32;
        Vector512<byte> word = Vector512.Create(query[0]).AsByte();
        int i = 0;
        for (; i + Step <= codes.Length; i += Step)
        {
            ReadOnlySpan<ulong> next = codes.Slice(i, Step);
            Vector512<uint> low = Vector512.Narrow(CountOnes(next, word), CountOnes(next[8..], word));
            Vector512<uint> high = Vector512.Narrow(CountOnes(next[16..], word), CountOnes(next[24..], word));
            Vector512.Narrow(low, high).CopyTo(distances[i..]);
        }

        Plain(codes[i..], query, distances[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> CountOnes(ReadOnlySpan<ulong> codes, Vector512<byte> query)
    {
        Vector512<byte> nibble = Vector512.Create((byte)0x0F);
        Vector512<byte> ones = Vector512.Create(Vector256.Create(OnesOfNibble, OnesOfNibble), Vector256.Create(OnesOfNibble, OnesOfNibble));
        Vector512<byte> different = Vector512.Create(codes).AsByte() ^ query;
        Vector512<byte> low = Avx512BW.Shuffle(ones, different & nibble);
        Vector512<byte> high = Avx512BW.Shuffle(ones, (different.AsUInt16() >>> 4).AsByte() & nibble);
        return Avx512BW.SumAbsoluteDifferences(low + high, Vector512<byte>.Zero).AsUInt64();
    }

    private static Dictionary<string, HammingKernel> Kernels()
    {
        var table = new Dictionary<string, HammingKernel>(StringComparer.Ordinal) { ["plain"] = Plain };
        if (Avx512BW.IsSupported)
        {
            table["avx512"] = Avx512;
        }

        return table;
    }

    private static void Require(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        ArgumentOutOfRangeException.ThrowIfZero(query.Length);
        if (codes.Length % query.Length != 0)
        {
            throw new ArgumentException($"{codes.Length} words are not whole codes of {query.Length} words. Give whole rows.", nameof(codes));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(distances.Length, codes.Length / query.Length);
    }
}
