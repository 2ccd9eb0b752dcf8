using System.Text.Json;
using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <summary>Reads all files of an index and collects what is wrong.</summary>
internal sealed class IndexCheck(FileStore store, IndexState state)
{
    private readonly List<string> _faults = [];

    /// <summary>Checks everything.</summary>
    public IReadOnlyList<string> Run(IProgress<double>? progress, CancellationToken cancellation)
    {
        Collect(CheckFiles);
        long all = Math.Max(1, state.Segments.Sum(view => view.Segment.File.Length));
        long done = 0;
        foreach (SegmentView view in state.Segments)
        {
            Collect(() => CheckSegment(view.Segment, cancellation));
            done += view.Segment.File.Length;
            progress?.Report((double)done / all);
        }

        Collect(CheckIdsApart);
        return _faults;
    }

    private void Collect(Action check)
    {
        try
        {
            check();
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            _faults.Add(fault.Message);
        }
    }

    private void CheckFiles()
    {
        var manifest = Manifest.Read(store);
        foreach (SegmentEntry entry in manifest.Segments)
        {
            if (entry.Deleted is { } deleted && state.Segments.FirstOrDefault(view => view.Segment.Entry.Number == entry.Number) is { } view)
            {
                Collect(() => DeletedFile.Read(store, deleted, view.Segment.Items));
            }
        }

        Collect(() => LogContents.Read(store, manifest.Log, manifest.Bits, manifest.Ids));
    }

    /// <summary>No id may have two items that are not deleted.</summary>
    private void CheckIdsApart()
    {
        PartView[] parts = [.. state.Parts()];
        var merge = new IdMerge();
        for (int i = 0; i < parts.Length; i++)
        {
            merge.Add(parts[i].Part, i, parts[i].Deleted, parts[i].Items);
        }

        ItemId? before = null;
        foreach ((int source, int item) in merge.Items())
        {
            ItemId id = parts[source].Part.IdOf(item);
            if (id == before)
            {
                throw Damage.At(store.PathOf(FileNames.Manifest), 0, $"the id {id} has two items");
            }

            before = id;
        }
    }

    private static void CheckSegment(Segment segment, CancellationToken cancellation)
    {
        segment.File.Verify(cancellation);
        CheckOrder(segment);
        ulong unused = (segment.File.Bits & 63) == 0 ? 0 : ulong.MaxValue << (segment.File.Bits & 63);
        for (int item = 0; item < segment.Items; item++)
        {
            if ((item & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if ((segment.CodeOf(item)[^1] & unused) != 0)
            {
                throw segment.File.Damaged(0, $"the code of item {item} has ones above its {segment.File.Bits} bits");
            }

            segment.TagsOf(item);
            CheckPayload(segment, item);
        }
    }

    private static void CheckOrder(Segment segment)
    {
        foreach (IdRun run in segment.IdRuns(segment.Items))
        {
            for (int i = 1; i < run.Count; i++)
            {
                (ItemId before, ItemId id) = (segment.IdOf(run.At(i - 1)), segment.IdOf(run.At(i)));
                if (before.CompareTo(id) >= 0)
                {
                    throw segment.File.Damaged(0, $"the ids {before} and {id} are not in order");
                }
            }
        }
    }

    private static void CheckPayload(Segment segment, int item)
    {
        try
        {
            var reader = new Utf8JsonReader(segment.PayloadOf(item));
            while (!segment.PayloadOf(item).IsEmpty && reader.Read())
            {
            }
        }
        catch (JsonException fault)
        {
            throw segment.File.Damaged(0, $"the payload of item {segment.IdOf(item)} is not JSON: {fault.Message}");
        }
    }
}
