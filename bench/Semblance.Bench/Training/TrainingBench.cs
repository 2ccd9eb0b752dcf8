using System.Globalization;
using Semblance.Models.Backbones;
using Semblance.Tensors;

namespace Semblance.Bench.Training;

/// <summary>One training step, ours against PyTorch's: same network, weights, batch, threads, optimizer and libtorch, in alternating pairs.</summary>
internal static class TrainingBench
{
    private const int Classes = 10;

    private static readonly Job[] s_jobs =
    [
        new("resnet18", "default", () => ResNet.Of18(Classes), Batch: 32, Size: 64, Steps: 4, Target: 1.02),
        new("convnet", "default", () => new ConvNet(Classes), Batch: 16, Size: 32, Steps: 60, Target: 0.90),
        new("convnet", "channels_last", () => new ConvNet(Classes), Batch: 16, Size: 32, Steps: 60, Target: 0.90),
    ];

    /// <summary>Runs the jobs with two threads and with one.</summary>
    /// <param name="script">The peer.</param>
    /// <param name="arguments">A job's name and a number of pairs; all jobs, 15 pairs where left out.</param>
    public static int Run(string script, string[] arguments)
    {
        string? only = arguments is [string name, ..] && name != "all" ? name : null;
        int pairs = arguments is [_, string count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 15;
        Console.WriteLine(Machine.Describe());
        foreach (Job job in s_jobs.Where(job => only is null || job.Name == only))
        {
            foreach (int threads in (ReadOnlySpan<int>)[2, 1])
            {
                Compare(job, threads, pairs, script);
            }
        }
        return 0;
    }

    private static void Compare(Job job, int threads, int pairs, string script)
    {
        Torch.Threads = threads;
        using TrainingStep step = new(job.Make(), job.Batch, job.Size, Classes);
        string start = Path.GetTempFileName();
        try
        {
            step.SaveStart(start);
            string[] arguments = [.. new[] { threads, job.Batch, job.Size, Classes }.Select(value => value.ToString(CultureInfo.InvariantCulture))];
            using Peer peer = Peer.Python(script, [job.Name, job.PeerLayout, .. arguments, start]);
            RequireSameLoss(step.Run(2), peer.Ask("2")[2]);
            string title = string.Create(CultureInfo.InvariantCulture, $"{job.Name}, batch {job.Batch} of {job.Size}x{job.Size}, {threads} {(threads == 1 ? "thread" : "threads")}, PyTorch in {job.PeerLayout} layout");
            string steps = job.Steps.ToString(CultureInfo.InvariantCulture);
            Pairs.Run(title, "ms a step", 1e3, pairs, () => Cost.Of(job.Steps, () => step.Run(job.Steps)), () => peer.AskCost(steps));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  target: at most {job.Target:0.00}"));
        }
        finally
        {
            File.Delete(start);
        }
    }

    private static void RequireSameLoss(double ours, double theirs)
    {
        if (Math.Abs(ours - theirs) > 1e-3 * Math.Abs(theirs))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"After two steps our loss is {ours} and the peer's {theirs}: they do not do the same work."));
        }
    }

    private sealed record Job(string Name, string PeerLayout, Func<Backbone> Make, int Batch, int Size, int Steps, double Target);
}
