namespace Semblance.Training.Curricula;

/// <summary>When the warm-up and the stages of a curriculum begin, in steps of the optimizer.</summary>
public sealed class StageTimes
{
    private readonly long[] starts;

    /// <summary>Divides a run.</summary>
    /// <param name="recipe">Lengths of warm-up and stages.</param>
    /// <param name="steps">Length of the run.</param>
    /// <exception cref="InvalidDataException">A part would have no step.</exception>
    public StageTimes(CurriculumRecipe recipe, long steps)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Warmup = (long)Math.Round(recipe.Warmup * steps);
        double gone = 0, all = recipe.Stages.Sum();
        starts = new long[recipe.Stages.Count];
        for (int stage = 0; stage < starts.Length; stage++)
        {
            starts[stage] = Warmup + (long)Math.Round((steps - Warmup) * gone / all);
            gone += recipe.Stages[stage];
        }
        long[] ends = [.. starts.Skip(1), steps];
        if ((recipe.Warmup > 0 && Warmup == 0) || starts.Zip(ends).Any(part => part.First >= part.Second))
        {
            throw new InvalidDataException(FormattableString.Invariant($"The run has {steps} steps, too few for the {starts.Length} stages of its curriculum{(recipe.Warmup > 0 ? " and their warm-up" : "")}. Make it longer, or set curriculum.stages to fewer lengths."));
        }
    }

    /// <summary>Steps of the warm-up; 0 for none.</summary>
    public long Warmup { get; }

    /// <summary>Number of stages.</summary>
    public int Stages => starts.Length;

    /// <summary>The first step of each part of the run: the warm-up where there is one, then the stages.</summary>
    public IReadOnlyList<long> Starts => Warmup > 0 ? [0, .. starts] : starts;

    /// <summary>First step of a stage, from 1.</summary>
    public long StartOf(int stage) => starts[stage - 1];

    /// <summary>The stage of a step, from 1; 0 in the warm-up.</summary>
    public int StageAt(long step) => starts.Count(start => start <= step);
}
