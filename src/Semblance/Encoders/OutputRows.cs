using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>What a model gave for some images, as numbers.</summary>
/// <param name="Rows">What represents them, row-major.</param>
/// <param name="Logits">Their logits, row-major; empty where the model has none, or nobody asked.</param>
/// <param name="ExpertLogits">The logits of each of its experts; empty likewise.</param>
internal sealed record OutputRows(float[] Rows, float[] Logits, IReadOnlyList<float[]> ExpertLogits)
{
    /// <summary>Nothing.</summary>
    public static OutputRows None { get; } = new([], [], []);

    /// <summary>Reads the outputs of a model.</summary>
    /// <param name="output">The outputs.</param>
    /// <param name="withLogits">Whether logits are read as well.</param>
    public static OutputRows Of(ModelOutput output, bool withLogits) => new(
        Numbers(output.Representation),
        withLogits && output.Logits is { } logits ? Numbers(logits) : [],
        withLogits && output.Experts is { } experts ? [.. Enumerable.Range(0, experts.Count).Select(expert => Numbers(experts.LogitsOf(expert)))] : []);

    /// <summary>Rows of a tensor as numbers.</summary>
    public static float[] Numbers(Tensor rows) => rows.To(DataType.Float32).ToArray<float>();

    /// <summary>Parts one behind the other.</summary>
    public static OutputRows Concat(IReadOnlyList<OutputRows> parts)
    {
        int experts = parts.Max(part => (int?)part.ExpertLogits.Count) ?? 0;
        return new(Join(parts, part => part.Rows), Join(parts, part => part.Logits), [.. Enumerable.Range(0, experts).Select(expert => Join(parts, part => part.ExpertLogits.Count > expert ? part.ExpertLogits[expert] : []))]);
    }

    /// <summary>The first number that is not finite, and the index of its row among so many; null where there is none.</summary>
    public (float Value, int Row)? FirstNotFinite(int rows)
    {
        foreach (float[] numbers in (float[][])[Rows, Logits, .. ExpertLogits])
        {
            int place = Array.FindIndex(numbers, value => !float.IsFinite(value));
            if (place >= 0)
            {
                return (numbers[place], place / (numbers.Length / rows));
            }
        }
        return null;
    }

    private static float[] Join(IReadOnlyList<OutputRows> parts, Func<OutputRows, float[]> numbers)
    {
        float[] joined = GC.AllocateUninitializedArray<float>(parts.Sum(part => numbers(part).Length));
        int at = 0;
        foreach (OutputRows part in parts)
        {
            numbers(part).CopyTo(joined, at);
            at += numbers(part).Length;
        }
        return joined;
    }
}
