namespace Semblance.Training;

/// <summary>What the learning rate is multiplied by at each step of a run.</summary>
/// <remarks>
/// <para>
/// A run whose schedule begins anew at some steps goes through all of it in each part. In a part the factor rises along a line during the warm-up. Cosine and line then take the rest of the run and reach their final factor where it ends,
/// so that the last step is just above it. Milestones count from the start of the run and hold during the warm-up as well.
/// </para>
/// <para>
/// One cycle is the exception: it rises along half a cosine (after Smith and Topin, 2019). All agree with PyTorch's
/// LinearLR followed by or chained to CosineAnnealingLR, LinearLR and MultiStepLR, and with OneCycleLR.
/// </para>
/// </remarks>
public sealed class Schedule
{
    private readonly ScheduleRecipe _recipe;
    private readonly double _steps;
    private readonly long[] _starts;
    private readonly double _warmup;
    private readonly long[] _milestones;

    /// <summary>The schedule of a run.</summary>
    /// <param name="recipe">Its shape.</param>
    /// <param name="steps">Length of the run in steps.</param>
    /// <param name="stepsPerUnit">Steps in a unit of the recipe's lengths: 1 where the run's is given in steps, the steps of an epoch where it is given in epochs.</param>
    /// <param name="starts">First step of each part that goes through the whole schedule, 0 first; null for one part.</param>
    public Schedule(ScheduleRecipe recipe, long steps, double stepsPerUnit = 1, IReadOnlyList<long>? starts = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepsPerUnit);
        _recipe = recipe;
        _steps = steps;
        _starts = [.. starts ?? [0]];
        _warmup = recipe.Warmup * stepsPerUnit;
        _milestones = [.. recipe.Milestones.Select(milestone => (long)Math.Round(milestone * stepsPerUnit))];
    }

    /// <summary>The factor at a step.</summary>
    /// <param name="step">Number of the step, from 0; past the end of the run the factor stays as it is there.</param>
    public double FactorAt(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        int part = Array.FindLastIndex(_starts, start => start <= step);
        double length = (part + 1 < _starts.Length ? _starts[part + 1] : _steps) - _starts[part];
        return FactorIn(step - _starts[part], length);
    }

    private double FactorIn(long step, double length)
    {
        double risen = _warmup > 0 ? Math.Min(1, step / _warmup) : 1;
        double gone = step <= _warmup ? 0 : Math.Clamp((step - _warmup) / (length - _warmup), 0, 1);
        return Between(_recipe.WarmupFrom, 1, _recipe.Kind == ScheduleKind.OneCycle ? HalfCosine(risen) : risen) * Shape(step, gone);
    }

    private double Shape(long step, double gone) => _recipe.Kind switch
    {
        ScheduleKind.Step => Math.Pow(_recipe.Gamma, _milestones.Count(milestone => milestone <= step)),
        ScheduleKind.Linear => Between(1, _recipe.Final, gone),
        ScheduleKind.Cosine or ScheduleKind.OneCycle => Between(1, _recipe.Final, HalfCosine(gone)),
        _ => 1,
    };

    private static double Between(double from, double to, double part) => from + ((to - from) * part);

    /// <summary>From 0 to 1 along half a cosine.</summary>
    private static double HalfCosine(double part) => (1 - Math.Cos(Math.PI * part)) / 2;
}
