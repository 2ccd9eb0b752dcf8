using System.Diagnostics;
using System.Globalization;
using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Bench.PairLosses;

/// <summary>Pair losses, forward and backward to the embeddings: time and memory over the size of the batch, beside plain PyTorch in the same run, the figures of pytorch-metric-learning and the floor of the products.</summary>
internal static class PairLossBench
{
    private const int Width = 512;
    private const int PerClass = 5;
    private const int Threads = 2;
    private const int WarmUpRows = 300;

    // Whole-matrix peers are asked up to this size; beyond, their memory is out of proportion.
    private const int LargestForPeer = 8000;

    /// <summary>What pytorch-metric-learning 2.8 took on a machine like that of bench/README.md: milliseconds and megabytes above the inputs; 0 where not known.</summary>
    private static readonly Dictionary<(string Loss, int Size), (double Milliseconds, double Megabytes)> Library = new()
    {
        [("multi-similarity", 80)] = (20, 0),
        [("multi-similarity", 1000)] = (145, 114),
        [("multi-similarity", 4000)] = (2300, 1240),
        [("multi-similarity", 8000)] = (12700, 4600),
        [("triplet", 512)] = (232, 0),
        [("triplet", 1000)] = (989, 1200),
        [("contrastive", 4000)] = (585, 628),
    };

    public static int Run(string script, string[] arguments)
    {
        (string Loss, int Size)[] jobs = [.. Library.Keys, ("multi-similarity", 20000), ("multi-similarity", 65536)];
        if (arguments is [string only, ..])
        {
            jobs = [.. jobs.Where(job => job.Loss == only && (arguments.Length < 2 || arguments.Skip(1).Contains(job.Size.ToString(CultureInfo.InvariantCulture))))];
        }
        Torch.Threads = Threads;
        Console.WriteLine($"forward and backward, {Width} columns, {PerClass} rows a class, {Threads} threads; {Machine.Describe()}");
        foreach ((string loss, int size) in jobs)
        {
            Measure(script, loss, size);
        }
        return 0;
    }

    private static void Measure(string script, string loss, int size)
    {
        using Tensor embeddings = Rows(size);
        using Tensor labels = Tensor.From([.. Enumerable.Range(0, size).Select(row => (long)(row / PerClass))], size);
        Func<double> step = () => Step(TermOf(loss), embeddings, labels);
        WarmUp(loss);
        double megabytes = PeakMegabytes(() => step());
        double value = step();
        int repeats = Math.Clamp(8000 / size, 1, 20);
        List<double> ours = [], theirs = [], cpu = [];
        using Peer? peer = size <= LargestForPeer && File.Exists(script) ? Peer.Python(script, loss, size.ToString(CultureInfo.InvariantCulture), Width.ToString(CultureInfo.InvariantCulture), PerClass.ToString(CultureInfo.InvariantCulture), Threads.ToString(CultureInfo.InvariantCulture)) : null;
        double theirMegabytes = peer?.Ask("memory")[0] ?? 0;
        for (int pair = 0; pair < (size <= LargestForPeer ? 5 : 1); pair++)
        {
            Cost cost = Cost.Of(repeats, () => Repeat(repeats, step));
            ours.Add(cost.Wall * 1e3);
            cpu.Add(cost.Cpu * 1e3);
            if (peer is not null)
            {
                theirs.Add(peer.Ask(repeats.ToString(CultureInfo.InvariantCulture))[0] * 1e3);
            }
        }
        double median = Pairs.Median(ours), floor = Floor(embeddings);
        Console.WriteLine(Text($"{loss} n={size}: {median:0.0} ms ({Pairs.Median(cpu):0.0} ms of processor), +{megabytes:0} MB, value {value:0.000000}; {median / floor:0.00} times the floor of three products ({floor:0.0} ms)"));
        if (peer is not null)
        {
            Console.WriteLine(Text($"  plain PyTorch {Pairs.Median(theirs):0.0} ms, +{theirMegabytes:0} MB: ours is {Pairs.Median(theirs.Zip(ours, (b, a) => b / a)):0.0} times faster, {theirMegabytes / megabytes:0.0} times leaner"));
        }
        if (Library.TryGetValue((loss, size), out (double Milliseconds, double Megabytes) library))
        {
            string leaner = library.Megabytes > 0 ? Text($", {library.Megabytes / megabytes:0.0} times leaner than +{library.Megabytes:0} MB") : "";
            Console.WriteLine(Text($"  pytorch-metric-learning {library.Milliseconds:0} ms (quoted): ours is {library.Milliseconds / median:0.0} times faster{leaner}"));
        }
    }

    /// <summary>Loads and compiles what a step needs, on a few rows, so that the first measured step holds nothing but its own memory.</summary>
    private static void WarmUp(string loss)
    {
        using Tensor few = Rows(WarmUpRows);
        using Tensor labels = Tensor.From([.. Enumerable.Range(0, WarmUpRows).Select(row => (long)(row / PerClass))], WarmUpRows);
        Step(TermOf(loss), few, labels);
    }

    private static void Repeat(int times, Func<double> step)
    {
        for (int k = 0; k < times; k++)
        {
            step();
        }
    }

    private static double Step(PairTerm term, Tensor embeddings, Tensor labels)
    {
        using TensorScope scope = new();
        Tensor leaf = embeddings.Detach();
        leaf.RequiresGrad = true;
        Tensor value = term.Forward(new TermInput(new Outputs((Outputs.Representation, leaf)), labels)).Value;
        Autograd.Grad([value], [leaf]);
        return value.ToDouble();
    }

    private static PairTerm TermOf(string loss)
    {
        (IPairLoss made, IMiner? miner) = loss switch
        {
            "multi-similarity" => ((IPairLoss)new MultiSimilarityLoss(MultiSimilarityOptions.Library), new MultiSimilarityMiner(0.1)),
            "contrastive" => (new ContrastiveLoss(new() { Distance = PairDistance.Euclidean }), null),
            "triplet" => (new TripletLoss(new() { Distance = PairDistance.Euclidean, Margin = 0.05 }), null),
            _ => throw new ArgumentException($"there is no benchmark of the loss {loss}.", nameof(loss)),
        };
        return new PairTerm(made, new PairTermOptions(), miner);
    }

    /// <summary>Milliseconds of three products of 2 n² d operations each.</summary>
    private static double Floor(Tensor embeddings)
    {
        long rows = embeddings.Size(0), block = Math.Min(rows, 2048);
        using TensorScope scope = new();
        Tensor some = embeddings.Narrow(0, 0, block), transposed = embeddings.Transpose();
        some.MatMul(transposed);
        double best = Enumerable.Range(0, 3).Min(_ => Cost.Of(1, () => some.MatMul(transposed)).Wall);
        return 3e3 * best * rows / block;
    }

    private static double PeakMegabytes(Action work)
    {
        GC.Collect();
        ResidentMemory.ForgetPeak();
        double before = ResidentMemory.Now;
        work();
        return ResidentMemory.Peak - before;
    }

    private static Tensor Rows(int size)
    {
        Torch.Seed(size);
        using TensorScope scope = new();
        return scope.Keep(Tensor.Randn([size, Width]));
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
