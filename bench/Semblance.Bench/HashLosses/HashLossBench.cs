using System.Globalization;
using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Logits;
using Semblance.Tensors;

namespace Semblance.Bench.HashLosses;

/// <summary>One step of a hash loss, forward and backward to codes and proxies, with one of cross-entropy over a linear layer of the same shapes.</summary>
internal static class HashLossBench
{
    private const int Batch = 100;
    private const int Bits = 64;
    private const int Classes = 80;
    private const int Steps = 300;
    private const int Rounds = 9;
    private const double LabelShare = 0.036; // 2.9 labels an image, as MS-COCO has.

    public static int Run(string[] arguments)
    {
        Torch.Threads = arguments is [string threads, ..] ? int.Parse(threads, CultureInfo.InvariantCulture) : 1;
        Console.WriteLine($"forward and backward, {Batch} rows, {Bits} bits, {Classes} classes, {Torch.Threads} threads; {Machine.Describe()}");
        using TensorScope scope = new();
        SeededRandom random = new(5);
        Tensor several = Tensor.From([.. Enumerable.Range(0, Batch * Classes).Select(k => k % Classes == k / Classes % Classes || random.NextDouble() < LabelShare ? 1f : 0f)], Batch, Classes);
        Tensor single = Tensor.From([.. Enumerable.Range(0, Batch).Select(row => (long)(row % Classes))], Batch);
        TermContext context = new(Classes, Bits, 3) { MultiLabel = true };
        Compare("hyp2", new Hyp2Options().Create(context), several, single, random);
        foreach (HhfVariant variant in Enum.GetValues<HhfVariant>())
        {
            Compare($"hhf {variant}", new HhfOptions { Variant = variant }.Create(context), several, single, random);
        }
        return 0;
    }

    private static void Compare(string name, ITerm term, Tensor several, Tensor single, SeededRandom random)
    {
        Tensor codes = Leaf(Batch, Bits, 1, random), weights = Leaf(Classes, Bits, 0.1, random);
        CrossEntropyLoss entropy = new(new CrossEntropyOptions());
        Pairs.Run(
            $"{name} with cross-entropy", "µs", 1e6, Rounds,
            () => Cost.Of(Steps, () => Repeat(() => term.Forward(new TermInput(new Outputs((Outputs.Code, codes)), several)).Value, [codes, .. term.Parameters.Select(parameter => parameter.Value)])),
            () => Cost.Of(Steps, () => Repeat(() => entropy.Forward(codes.MatMul(weights.Transpose()), single), [codes, weights])));
    }

    private static void Repeat(Func<Tensor> value, Tensor[] leaves)
    {
        for (int step = 0; step < Steps; step++)
        {
            using TensorScope scope = new();
            Autograd.Grad([value()], leaves);
        }
    }

    private static Tensor Leaf(int rows, int columns, double deviation, SeededRandom random)
    {
        Tensor leaf = Tensor.From([.. Enumerable.Range(0, rows * columns).Select(_ => (float)(deviation * random.NextNormal()))], rows, columns);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
