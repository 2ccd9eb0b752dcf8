using Semblance.Index.Log;

namespace Semblance.Index.Live;

/// <summary>The changes of one call, which count together or not at all.</summary>
internal sealed class Commit(Operation[] operations, byte[] body)
{
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The changes.</summary>
    public Operation[] Operations => operations;

    /// <summary>The changes as bytes of the log.</summary>
    public byte[] Body => body;

    /// <summary>Where each id stands in the segments, found before anything is changed.</summary>
    public Place[] Places { get; } = new Place[operations.Length];

    /// <summary>Completes when the changes are acknowledged, with the number of ids that were there before.</summary>
    public Task<int> Completion => _completion.Task;

    /// <summary>Acknowledges.</summary>
    public void Succeed(int found) => _completion.TrySetResult(found);

    /// <summary>Refuses.</summary>
    public void Fail(Exception fault) => _completion.TrySetException(fault);
}

/// <summary>An item of a segment.</summary>
/// <param name="Segment">The segment; null for none.</param>
/// <param name="Item">The item.</param>
internal readonly record struct Place(LiveSegment? Segment, int Item);
