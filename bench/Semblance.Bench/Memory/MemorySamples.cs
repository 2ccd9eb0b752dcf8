using System.Globalization;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Bench.Memory;

/// <summary>Memory and tensor handles of this process after a step.</summary>
internal readonly record struct MemorySample(long Step, long ResidentBytes, long ManagedBytes, long Tensors);

/// <summary>Samples in a row. The collector lets the managed heap swing by some MiB, so memory is their median.</summary>
internal sealed record MemoryWindow(IReadOnlyList<MemorySample> Samples)
{
    public double ResidentMebibytes => Pairs.Median(Samples.Select(sample => sample.ResidentBytes / 1048576.0));

    public long Tensors => Samples.Max(sample => sample.Tensors);

    public override string ToString() => $"steps {Samples[0].Step} to {Samples[^1].Step}";
}

/// <summary>Listens to a run and samples the process every few steps.</summary>
internal sealed class MemorySamples : IRunObserver
{
    private const int Every = 20;
    private const int WindowLength = 10;
    private readonly List<MemorySample> samples = [];
    private long steps;

    public long MostResidentBytes => samples.Max(sample => sample.ResidentBytes);

    /// <summary>The first ten samples from a step on.</summary>
    public MemoryWindow From(long step) => new([.. samples.Where(sample => sample.Step >= step).Take(WindowLength)]);

    /// <summary>The last ten samples.</summary>
    public MemoryWindow Last => new([.. samples.TakeLast(WindowLength)]);

    public void Save(string path) =>
        File.WriteAllLines(path, samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Step},{sample.ResidentBytes},{sample.ManagedBytes},{sample.Tensors}")).Prepend("step,resident_bytes,managed_bytes,tensors"));

    public void Started(RunOutline outline) => steps = outline.Steps;

    public void Stepped(StepReport report)
    {
        if (report.Step % Every == 0 || report.Step == steps)
        {
            samples.Add(new MemorySample(report.Step, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), Tensor.LiveCount));
        }
    }

    public void Progressed(string what, int done, int total)
    {
    }

    public void Validated(ValidationReport report)
    {
    }

    public void Noted(string message)
    {
    }

    public void Warned(string message) => Console.WriteLine(message);
}
