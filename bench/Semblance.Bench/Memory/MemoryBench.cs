using System.Globalization;
using Semblance.Data;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Bench.Memory;

/// <summary>A training run of many steps with everything that a run has, loader, augmentation, validation and checkpoints: does it grow?</summary>
internal static class MemoryBench
{
    private const int FirstStep = 200;

    /// <summary>Trains and compares the memory of the end with that after 200 steps.</summary>
    /// <param name="arguments">Number of steps and a CSV file for the samples; 5,000 and memory.csv where left out.</param>
    /// <returns>0 where memory stays within 2 % and every tensor handle was freed.</returns>
    public static int Run(string[] arguments)
    {
        int steps = arguments is [string count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 5_000;
        string table = arguments is [_, string path, ..] ? path : "memory.csv";
        Console.WriteLine(Machine.Describe());
        string folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            long before = Tensor.LiveCount;
            MemorySamples samples = Train(MakeRecipe(folder, steps), Path.Combine(folder, "run"));
            long after = Tensor.LiveCount;
            samples.Save(table);
            return Report(samples, before, after, table);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MemorySamples Train(Recipe recipe, string runFolder)
    {
        MemorySamples samples = new();
        Dataset data = DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe));
        using TrainingJob job = new(recipe, data);
        using RunFolder folder = RunFolder.OpenForTraining(runFolder, resume: false);
        new Trainer(job, folder, samples).Run(resume: false);
        return samples;
    }

    private static int Report(MemorySamples samples, long before, long after, string table)
    {
        MemoryWindow early = samples.From(FirstStep), late = samples.Last;
        double growth = (late.ResidentMebibytes / early.ResidentMebibytes) - 1;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"resident memory: {early.ResidentMebibytes:0.0} MiB in {early}, {late.ResidentMebibytes:0.0} MiB in {late}, at most {samples.MostResidentBytes / 1048576.0:0.0} MiB; growth {growth:+0.00 %;-0.00 %} (target: at most 2 %)"));
        Console.WriteLine($"tensor handles: {early.Tensors} in {early}, {late.Tensors} in {late}; {before} before the run, {after} after it (target: equal)");
        Console.WriteLine($"every sample: {table}");
        return growth <= 0.02 && early.Tensors == late.Tensors && before == after ? 0 : 1;
    }

    private static Recipe MakeRecipe(string folder, int steps) => Recipe.Parse(
        string.Create(CultureInfo.InvariantCulture, $$"""
        threads: 2
        data:
          source: drawn
          path: '{{Path.Combine(folder, "images")}}'
          drawn: { images-per-class: 32, pixels: 32 }
          size: 32
          augment: { flip: true, pad-crop: 4 }
        model: { backbone: convnet, head: classifier }
        objective: [{ loss: cross-entropy }]
        sampler: { kind: shuffle, batch: 16 }
        optimizer: { kind: sgd, lr: 0.01, momentum: 0.9, weight-decay: 0.0005 }
        steps: {{steps}}
        validate: { every: 100 }
        checkpoint: { every: 100 }
        """),
        "memory.yaml",
        TrainingRun.Catalogue);
}
