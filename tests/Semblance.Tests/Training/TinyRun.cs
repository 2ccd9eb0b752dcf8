using Semblance.Data;
using Semblance.Training;

namespace Semblance.Tests.Training;

/// <summary>A recipe of a small hash model that trains in a second or two on a <see cref="TinySet"/>.</summary>
internal sealed class TinyRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyRun(int classes = 4, int each = 12)
    {
        Images = TinySet.Write(File("images"), classes, each);
        Recipe = File("tiny.yaml");
        System.IO.File.WriteAllText(Recipe, Text(Images));
    }

    /// <summary>Class folders.</summary>
    public string Images { get; }

    /// <summary>The recipe's file.</summary>
    public string Recipe { get; }

    /// <summary>The folder of everything.</summary>
    public string Root => folder.Path;

    /// <summary>A path beside images and recipe.</summary>
    public string File(string name) => folder.File(name);

    /// <summary>The recipe with settings.</summary>
    public Recipe Load(params string[] settings) => Semblance.Training.Recipe.Load(Recipe, TrainingRun.Catalogue, settings);

    /// <summary>The images as a data set.</summary>
    public Dataset Open() => DatasetSource.Open(Images);

    /// <summary>A recipe with everything that keeps state: averages, dropout, accumulation, augmentation, a sampler by classes.</summary>
    public static string Text(string images) =>
        $$"""
        seed: 5
        threads: 1
        data:
          path: '{{images}}'
          protocol: per-class
          size: 16
          mean: [0.5, 0.5, 0.5]
          std: [0.25, 0.25, 0.25]
          augment: { flip: true, pad-crop: 2, jitter: { brightness: 0.2 } }
        model: { backbone: convnet, head: hash, bits: 16, dropout: 0.2 }
        objective: [{ loss: hhf }]
        sampler: { kind: class-balanced, batch: 8, per-class: 2 }
        optimizer: { kind: adamw, lr: 0.002, clip-norm: 5, groups: [{ match: hhf., lr: 0.02 }] }
        schedule: { kind: cosine, warmup: 3 }
        accumulate: 2
        ema: { decay: 0.9 }
        steps: 24
        checkpoint: { every: 5, keep: 2 }
        validate: { every: 8 }
        evaluation: { recall-at: [1] }
        """;

    public void Dispose() => folder.Dispose();
}

/// <summary>Hears of a run and keeps what it says.</summary>
internal sealed class Heard : IRunObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<ValidationReport> Validations { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> Warnings { get; } = [];

    public RunOutline? Outline { get; private set; }

    /// <summary>Is told what is being validated, encoded or evaluated.</summary>
    public Action<string>? OnProgress { get; init; }

    /// <summary>Is told of every step.</summary>
    public Action<StepReport>? OnStep { get; init; }

    public void Started(RunOutline outline) => Outline = outline;

    public void Stepped(StepReport report)
    {
        Steps.Add(report);
        OnStep?.Invoke(report);
    }

    public void Progressed(string what, int done, int total) => OnProgress?.Invoke(what);

    public void Validated(ValidationReport report) => Validations.Add(report);

    public void Noted(string message) => Notes.Add(message);

    public void Warned(string message) => Warnings.Add(message);
}
