using System.Diagnostics;
using System.Globalization;
using Semblance.Tensors;

namespace Semblance.Bench;

/// <summary>What the door costs: the same small addition from C# and from C++.</summary>
internal static class OperatorCall
{
    private const int Calls = 200_000;

    public static int Run(string bareCall)
    {
        Torch.Threads = 1;
        using Tensor a = Tensor.Randn([4, 4]), b = Tensor.Randn([4, 4]);
        using Peer bare = new(bareCall);
        List<double> differences = [];
        double last = 0;
        Pairs.Run("add of 4x4, one call", "us", 15, () => last = Time(a, b) / 1000, () =>
        {
            double theirs = bare.Ask(Calls.ToString(CultureInfo.InvariantCulture)) / 1000;
            differences.Add(last - theirs);
            return theirs;
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"above the bare call: median {Pairs.Median(differences.Skip(1)):0.000} us (target: at most 1)"));
        return 0;
    }

    private static double Time(Tensor a, Tensor b)
    {
        long start = Stopwatch.GetTimestamp();
        const int CallsPerScope = 100;
        for (int k = 0; k < Calls / CallsPerScope; k++)
        {
            using TensorScope scope = new();
            for (int call = 0; call < CallsPerScope; call++)
            {
                _ = a + b;
            }
        }
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }
}
