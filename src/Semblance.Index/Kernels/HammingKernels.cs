using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>The kernels that count differing bits, by name.</summary>
/// <remarks>
/// <c>plain</c>: a loop, the oracle of the others. <c>popcnt</c>: eight one-word codes before one branch. <c>avx2</c> and <c>avx512</c>: ones of parts
/// of bytes from tables in registers, 32 and 64 bytes at a time.
/// </remarks>
public static class HammingKernels
{
    /// <summary>The environment variable that forces a kernel by name.</summary>
    public const string Variable = "SEMBLANCE_HAMMING_KERNEL";

    private static readonly Dictionary<string, HammingKernel> Table = Kernels();

    /// <summary>The kernels that this processor can run, the slowest first; <c>plain</c> is always among them.</summary>
    public static IReadOnlyDictionary<string, HammingKernel> Available => Table;

    /// <summary>The kernel in use: the forced one, or the fastest.</summary>
    public static HammingKernel Default { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The kernel of a name; null or empty gives the fastest.</summary>
    /// <exception cref="ArgumentException">No kernel of that name runs here.</exception>
    public static HammingKernel Choose(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return Table.Values.Last();
        }

        return Table.TryGetValue(name, out HammingKernel? kernel)
            ? kernel
            : throw new ArgumentException($"There is no kernel '{name}' here; this processor runs {string.Join(", ", Table.Keys)}. Name one of these, or none (also in {Variable}).");
    }

    private static Dictionary<string, HammingKernel> Kernels()
    {
        List<HammingKernel> kernels = [new PlainKernel(), new PopcntKernel()];
        if (Avx2.IsSupported)
        {
            kernels.Add(new Avx2Kernel());
        }

        if (Avx512BW.IsSupported)
        {
            kernels.Add(new Avx512Kernel());
        }

        return kernels.ToDictionary(kernel => kernel.Name, StringComparer.Ordinal);
    }
}
