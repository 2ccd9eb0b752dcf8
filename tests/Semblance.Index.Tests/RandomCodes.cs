using Semblance.Index;

namespace Semblance.Tests.Index;

/// <summary>Codes for tests, from a seed.</summary>
internal static class RandomCodes
{
    public static float[] Outputs(int seed, int rows, int bits)
    {
        var random = new Random(seed);
        var outputs = new float[rows * bits];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = random.NextSingle() - 0.5f;
        }

        return outputs;
    }

    public static Codes Make(int seed, int rows, int bits) => Codes.FromSigns(Outputs(seed, rows, bits), bits);
}
