namespace Semblance.Training;

/// <summary>How the learning rate changes over the run.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls along half a cosine.</summary>
    Cosine,

    /// <summary>It falls by a factor at each milestone.</summary>
    Step,

    /// <summary>It rises along half a cosine during the warm-up and falls along another.</summary>
    OneCycle,

    /// <summary>It falls along a line.</summary>
    Linear,
}

/// <summary>How the learning rate changes over the run. Lengths are in steps where the run's is given in steps, else in epochs.</summary>
public sealed record ScheduleRecipe
{
    /// <summary>The shape.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>How long the learning rate rises at the start.</summary>
    public double Warmup { get; init; }

    /// <summary>The factor that it rises from.</summary>
    public double WarmupFrom { get; init; } = 0.01;

    /// <summary>When it falls by <see cref="Gamma"/>.</summary>
    public ValueList<double> Milestones { get; init; } = [];

    /// <summary>The factor at each milestone.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>The factor at the end of the run.</summary>
    public double Final { get; init; }

    internal static ScheduleRecipe Read(Section section)
    {
        ScheduleRecipe defaults = new();
        ScheduleKind kind = section.Choice("kind", defaults.Kind);
        Section step = section.When(kind == ScheduleKind.Step, "kind: step");
        Section falling = section.When(kind is ScheduleKind.Cosine or ScheduleKind.Linear or ScheduleKind.OneCycle, "kind: cosine, linear or one-cycle");
        ScheduleRecipe read = new()
        {
            Kind = kind,
            Warmup = section.Number("warmup", defaults.Warmup, min: 0),
            WarmupFrom = section.Number("warmup-from", defaults.WarmupFrom, min: 0, max: 1),
            Milestones = step.Numbers("milestones", defaults.Milestones, above: 0),
            Gamma = step.Number("gamma", defaults.Gamma, above: 0),
            Final = falling.Number("final", defaults.Final, min: 0, max: 1),
        };
        if (kind == ScheduleKind.Step && read.Milestones.Count == 0)
        {
            step.Fault("milestones", $"{section.Path}.milestones is missing; kind: step needs at least one.");
        }
        if (!read.Milestones.SequenceEqual(read.Milestones.Order()))
        {
            step.Fault("milestones", $"{section.Path}.milestones is {read.Milestones}; earlier ones come first.");
        }
        return read;
    }
}
