namespace Semblance.Sampling;

/// <summary>One sampler after the other, each from a batch of its own on.</summary>
public sealed class StagedSampler : IBatchSampler
{
    private readonly (long First, IBatchSampler Sampler)[] _stages;

    /// <summary>Samplers in turn.</summary>
    /// <param name="stages">Each with the number of its first batch: 0, then ever larger ones.</param>
    /// <exception cref="ArgumentException">There is no stage, the first does not begin at 0, or one begins before another has had a batch.</exception>
    public StagedSampler(params IReadOnlyList<(long First, IBatchSampler Sampler)> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.Count == 0 || stages[0].First != 0 || stages.Zip(stages.Skip(1)).Any(pair => pair.First.First >= pair.Second.First))
        {
            throw new ArgumentException($"Stages begin at the batches {string.Join(", ", stages.Select(stage => stage.First))}; they must begin at 0 and then at ever larger numbers.", nameof(stages));
        }
        _stages = [.. stages];
    }

    /// <summary>Those of the first stage.</summary>
    public int BatchesPerPass => _stages[0].Sampler.BatchesPerPass;

    /// <inheritdoc/>
    public IEnumerable<int[]> From(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return _stages.SelectMany((stage, index) => BatchesOf(stage, index + 1 < _stages.Length ? _stages[index + 1].First : long.MaxValue, step));
    }

    private static IEnumerable<int[]> BatchesOf((long First, IBatchSampler Sampler) stage, long end, long step)
    {
        long batch = Math.Max(step, stage.First);
        if (batch >= end)
        {
            yield break;
        }
        foreach (int[] items in stage.Sampler.From(batch - stage.First))
        {
            yield return items;
            if (++batch == end)
            {
                yield break;
            }
        }
    }
}
