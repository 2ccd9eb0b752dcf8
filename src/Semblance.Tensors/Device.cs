using System.Globalization;

namespace Semblance.Tensors;

/// <summary>Where a tensor lives: the CPU or one CUDA device.</summary>
/// <param name="Type">0 CPU, 1 CUDA, as libtorch numbers them.</param>
/// <param name="Index">Which CUDA device; -1 for the CPU.</param>
public readonly record struct Device(int Type, int Index)
{
    /// <summary>The CPU.</summary>
    public static Device Cpu { get; } = new(0, -1);

    /// <summary>A CUDA device.</summary>
    /// <param name="index">From 0.</param>
    public static Device Cuda(int index = 0) => new(1, index);

    /// <summary>Whether this is a CUDA device.</summary>
    public bool IsCuda => Type == 1;

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="ArgumentException">The text names no device.</exception>
    public static Device Parse(string text)
    {
        if (text == "cpu")
        {
            return Cpu;
        }
        if (text == "cuda")
        {
            return Cuda();
        }
        return text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? Cuda(index)
            : throw new ArgumentException($"\"{text}\" is not a device; write cpu, cuda or cuda:1.");
    }

    /// <inheritdoc/>
    public override string ToString() => Type == 0 ? "cpu" : Index < 0 ? "cuda" : string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}");
}
