namespace Semblance.Sampling;

/// <summary>Decides which items make up each batch of a run.</summary>
/// <remarks>The batches depend on the items, the settings and the seed alone: a run that resumes at a step goes on with the very batches that it would have had.</remarks>
public interface IBatchSampler
{
    /// <summary>Batches in which about as many items are seen as there are: the length of an epoch.</summary>
    int BatchesPerPass { get; }

    /// <summary>The batches from one on, without end.</summary>
    /// <param name="step">Number of the first batch, from 0.</param>
    /// <returns>Each batch as the positions of its items.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is below 0.</exception>
    IEnumerable<int[]> From(long step);
}
