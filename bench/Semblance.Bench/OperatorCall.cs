using System.Globalization;
using Semblance.Tensors;

namespace Semblance.Bench;

/// <summary>What the door costs: the same small addition from C# and from C++.</summary>
internal static class OperatorCall
{
    private const int Calls = 200_000;
    private const int CallsPerScope = 100;

    public static int Run(string bareCall)
    {
        Torch.Threads = 1;
        using Tensor a = Tensor.Randn([4, 4]), b = Tensor.Randn([4, 4]);
        using Peer bare = new(bareCall);
        PairCosts costs = Pairs.Run("add of 4x4, one call", "us", 1e6, 15, () => Cost.Of(Calls, () => Call(a, b)), () => bare.AskCost(Calls.ToString(CultureInfo.InvariantCulture)));
        double wall = Pairs.Median(costs.Ours.Zip(costs.Theirs, (ours, theirs) => (ours.Wall - theirs.Wall) * 1e6));
        double cpu = Pairs.Median(costs.Ours.Zip(costs.Theirs, (ours, theirs) => (ours.Cpu - theirs.Cpu) * 1e6));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"above the bare call: {wall:0.000} us wall, {cpu:0.000} us CPU (target: at most 1)"));
        return 0;
    }

    private static void Call(Tensor a, Tensor b)
    {
        for (int k = 0; k < Calls / CallsPerScope; k++)
        {
            using TensorScope scope = new();
            for (int call = 0; call < CallsPerScope; call++)
            {
                _ = a + b;
            }
        }
    }
}
