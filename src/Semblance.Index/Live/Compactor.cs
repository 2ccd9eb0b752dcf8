using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <summary>Merges segments, one merge at a time, while others read and write.</summary>
internal sealed class Compactor(FileStore store, IndexWriter writer, WriterThread thread, int bits, IdKind ids, bool tables) : IDisposable
{
    private const int SegmentsOfOneSize = 4;

    private readonly Lock _merging = new();
    private readonly Lock _starting = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _background = Task.CompletedTask;
    private bool _again;

    /// <summary>Merges in the background what has piled up.</summary>
    public void Start()
    {
        lock (_starting)
        {
            _again = true;
            if (_background.IsCompleted && !_closing.IsCancellationRequested)
            {
                _background = Task.Run(MergeWhatPiledUp);
            }
        }
    }

    /// <summary>Merges all segments that fit together, and drops deleted items.</summary>
    public void All(IProgress<double>? progress, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        lock (_merging)
        {
            IndexState state = Acquire();
            try
            {
                List<List<SegmentView>> groups = MergePlan.All(state.Segments, tables);
                for (int i = 0; i < groups.Count; i++)
                {
                    Merge(groups[i], ending.Token);
                    progress?.Report((i + 1.0) / groups.Count);
                }
            }
            finally
            {
                state.Release();
            }
        }
    }

    /// <summary>Ends what runs in the background.</summary>
    public void Dispose()
    {
        Task background;
        lock (_starting)
        {
            _closing.Cancel();
            background = _background;
        }

        background.Wait();
        _closing.Dispose();
    }

    private void MergeWhatPiledUp()
    {
        try
        {
            while (Continue())
            {
                while (MergeOnce())
                {
                }

                writer.MergeWarning = null;
            }
        }
        catch (Exception fault)
        {
            writer.MergeWarning = fault is OperationCanceledException ? null : $"segments could not be merged: {fault.Message}";
        }
    }

    private bool Continue()
    {
        lock (_starting)
        {
            (bool again, _again) = (_again, false);
            return again;
        }
    }

    private bool MergeOnce()
    {
        lock (_merging)
        {
            IndexState state = Acquire();
            try
            {
                List<SegmentView>? group = MergePlan.Next(state.Segments, SegmentsOfOneSize, tables);
                if (group is not null)
                {
                    Merge(group, _closing.Token);
                }

                return group is not null;
            }
            finally
            {
                state.Release();
            }
        }
    }

    private void Merge(List<SegmentView> group, CancellationToken cancellation)
    {
        var builder = new SegmentBuilder(bits, ids, tables);
        foreach (SegmentView view in group)
        {
            builder.Add(view.Segment, view.Deleted);
        }

        long number = writer.NewNumber();
        Segment? merged = null;
        try
        {
            merged = builder.Write(store, number, cancellation) is { } entry ? Segment.Open(store, entry, bits, ids) : null;
            thread.Run(() =>
            {
                writer.Replace(group, merged);
                return true;
            });
        }
        catch
        {
            merged?.Release();
            writer.Drop(FileNames.Segment(number));
            throw;
        }
    }

    private IndexState Acquire()
    {
        IndexState state = writer.Current;
        while (!state.TryAcquire())
        {
            state = writer.Current;
        }

        return state;
    }
}
