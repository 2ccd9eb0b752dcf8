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
    private const int Warming = 5;
    private const double LabelShare = 0.036; // 2.9 labels an image, as MS-COCO has.

    public static int Run(string[] arguments)
    {
        Torch.Threads = arguments is [string threads, ..] ? int.Parse(threads, CultureInfo.InvariantCulture) : 1;
        Console.WriteLine($"forward and backward, {Batch} rows, {Bits} bits, {Classes} classes, {Torch.Threads} threads; {Machine.Describe()}");
        using TensorScope scope = new();
        SeededRandom random = new(5);
        Tensor several = Tensor.From([.. Enumerable.Range(0, Batch * Classes).Select(k => k % Classes == k / Classes % Classes || random.NextDouble() < LabelShare ? 1f : 0f)], Batch, Classes);
        Tensor single = Tensor.From([.. Enumerable.Range(0, Batch).Select(row => (long)(row % Classes))], Batch);
        Tensor codes = Leaf(Batch, Bits, 1, random), weights = Leaf(Classes, Bits, 0.1, random), bias = Leaf(1, Classes, 0, random);
        CrossEntropyLoss entropy = new(new CrossEntropyOptions());
        LogitTerm classifier = new(entropy);
        Func<Cost> bare = Steady(() => entropy.Forward(codes.MatMul(weights.Transpose()), single), [codes, weights]);
        string chosen = arguments is [_, string part, ..] ? part : "";
        Pairs.Run("cross-entropy as a term, with a bias, beside the bare one", "µs", 1e6, Rounds, Classifier(single), bare);
        Func<Cost> severalEntropy = Classifier(several);
        Pairs.Run("cross-entropy of several labels, as a term, beside the bare one", "µs", 1e6, Rounds, severalEntropy, bare);

        TermContext context = new(Classes, Bits, 3) { MultiLabel = true };
        Compare("hyp2", new Hyp2Options().Create(context));
        foreach (HhfVariant variant in Enum.GetValues<HhfVariant>())
        {
            Compare($"hhf {variant}", new HhfOptions { Variant = variant }.Create(context));
        }
        return 0;

        Func<Cost> Classifier(Tensor labels) =>
            Steady(() => classifier.Forward(new TermInput(new Outputs((Outputs.Logits, Functional.Linear(codes, weights, bias.Reshape(-1)))), labels)).Value, [codes, weights, bias]);

        void Compare(string name, ITerm term)
        {
            if (!name.Contains(chosen, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
            Tensor[] leaves = [codes, .. term.Parameters.Select(parameter => parameter.Value)];
            foreach ((string kind, Tensor labels) in new[] { ("several labels", several), ("one label", single) })
            {
                Func<Cost> ours = Steady(() => term.Forward(new TermInput(new Outputs((Outputs.Code, codes)), labels)).Value, leaves);
                Pairs.Run($"{name}, {kind}, with bare cross-entropy", "µs", 1e6, Rounds, ours, bare);
                if (labels == several)
                {
                    Pairs.Run($"{name}, {kind}, with cross-entropy of the same labels", "µs", 1e6, Rounds, ours, severalEntropy);
                }
            }
        }
    }

    /// <summary>The cost of a step, of many.</summary>
    private static Func<Cost> Steady(Func<Tensor> value, Tensor[] leaves)
    {
        for (int round = 0; round < Warming; round++)
        {
            Repeat(Steps);
            Thread.Sleep(100); // The runtime compiles anew, with what it has seen, in pauses.
        }
        return () => Cost.Of(Steps, () => Repeat(Steps));

        void Repeat(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                using TensorScope scope = new();
                Autograd.Grad([value()], leaves);
            }
        }
    }

    private static Tensor Leaf(int rows, int columns, double deviation, SeededRandom random)
    {
        Tensor leaf = Tensor.From([.. Enumerable.Range(0, rows * columns).Select(_ => (float)(deviation * random.NextNormal()))], rows, columns);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
