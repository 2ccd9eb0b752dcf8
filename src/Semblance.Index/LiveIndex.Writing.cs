using Semblance.Index.Live;
using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index;

/// <content>Writing: one call, one change.</content>
public sealed partial class LiveIndex
{
    private const long MaxCallBytes = 256 << 20;

    /// <summary>Puts an item; one that has the id is replaced.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Upsert(Item item) => Wait(UpsertAsync(item));

    /// <summary>Puts items, all or none; those that have the ids are replaced.</summary>
    /// <returns>How many were replaced.</returns>
    public int Upsert(IReadOnlyCollection<Item> items) => Wait(UpsertAsync(items));

    /// <inheritdoc cref="Upsert(Item)"/>
    /// <param name="item">The item.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<bool> UpsertAsync(Item item, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return await Enqueue([Put(item)], cancellation).ConfigureAwait(false) > 0;
    }

    /// <inheritdoc cref="Upsert(IReadOnlyCollection{Item})"/>
    /// <param name="items">Items with different ids.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        Operation[] operations = [.. items.Select(Put)];
        Checks.Distinct(Array.ConvertAll(operations, operation => operation.Id));
        return await Enqueue(operations, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes an item.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(ItemId id) => Wait(DeleteAsync(id));

    /// <summary>Deletes items, all or none.</summary>
    /// <returns>How many there were.</returns>
    public int Delete(IReadOnlyCollection<ItemId> ids) => Wait(DeleteAsync(ids));

    /// <inheritdoc cref="Delete(ItemId)"/>
    /// <param name="id">The id.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<bool> DeleteAsync(ItemId id, CancellationToken cancellation = default) =>
        await Enqueue([Remove(id)], cancellation).ConfigureAwait(false) > 0;

    /// <inheritdoc cref="Delete(IReadOnlyCollection{ItemId})"/>
    /// <param name="ids">Different ids; one that no item has is passed over.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Checks.Distinct(ids);
        Operation[] operations = [.. ids.Select(Remove)];
        return await Enqueue(operations, cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts many items at once, straight into a segment; all or none, and on the disk when it returns. Fastest where the ids ascend.</summary>
    /// <param name="ids">Different ids.</param>
    /// <param name="codes">The code of each.</param>
    /// <returns>How many items were replaced.</returns>
    /// <exception cref="ArgumentException">An id comes twice, or there are not as many ids as codes.</exception>
    public int Import(ReadOnlyMemory<long> ids, Codes codes)
    {
        RequireCodes(codes, ids.Length);
        RequireKind(IdKind.Number);
        return Import(new ImportRows(codes, ids, null, null));
    }

    /// <inheritdoc cref="Import(ReadOnlyMemory{long}, Codes)"/>
    public int Import(IReadOnlyList<string> ids, Codes codes)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequireCodes(codes, ids.Count);
        RequireKind(IdKind.Text);
        return Import(new ImportRows(codes, default, [.. ids.Select(id => new ItemId(id))], null));
    }

    /// <summary>Puts many items at once, straight into a segment; all or none, and on the disk when it returns.</summary>
    /// <param name="items">Items with different ids.</param>
    /// <returns>How many items were replaced.</returns>
    /// <exception cref="ArgumentException">An id comes twice, or an item does not fit the index.</exception>
    public int Import(IReadOnlyList<Item> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        int words = Codes.WordsFor(_bits);
        var codes = new ulong[(long)items.Count * words];
        for (int i = 0; i < items.Count; i++)
        {
            Put(items[i]).Item!.Words.CopyTo(codes, i * words);
        }

        return Import(_ids == IdKind.Number
            ? new ImportRows(new Codes(_bits, codes), items.Select(item => item.Id.Number).ToArray(), null, items)
            : new ImportRows(new Codes(_bits, codes), default, [.. items.Select(item => item.Id)], items));
    }

    /// <summary>Returns when all that was acknowledged is on the disk and the rows in memory are in a segment.</summary>
    public void Flush() => OnWriter(writer =>
    {
        writer.Sync();
        writer.Flush();
        return 0;
    });

    /// <summary>Merges segments and drops deleted items, as far as the limits of a segment allow.</summary>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends it; what is merged by then stays merged.</param>
    public void Compact(IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using IDisposable call = _longCalls.Begin();
        Flush();
        _compactor!.All(progress, cancellation);
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private Operation Put(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Checks.Id(item.Id, _ids);
        Checks.Code(item.Words, _bits);
        return new Operation(item.Id, item);
    }

    private Operation Remove(ItemId id)
    {
        Checks.Id(id, _ids);
        return new Operation(id, null);
    }

    private Task<int> Enqueue(Operation[] operations, CancellationToken cancellation)
    {
        WriterThread thread = RequireWriter();
        cancellation.ThrowIfCancellationRequested();
        return operations.Length == 0 ? Task.FromResult(0) : thread.Enqueue(new Commit(operations, Encode(operations))).WaitAsync(cancellation);
    }

    private byte[] Encode(Operation[] operations)
    {
        long bytes = operations.Sum(operation => 32L + (operation.Item is { } item ? (item.Words.Length * sizeof(ulong)) + (item.Json?.Length ?? 0) : 0));
        return bytes <= MaxCallBytes
            ? _codec.Encode(operations)
            : throw new ArgumentException($"the {operations.Length} changes of one call take {bytes >> 20} MiB; one call may take {MaxCallBytes >> 20}. Make several calls, or import the items.");
    }

    private void Commit(List<Commit> commits)
    {
        _writer!.Commit(commits);
        if (!_writer.FlushIsDue)
        {
            return;
        }

        try
        {
            _writer.Flush();
        }
        catch (Exception fault)
        {
            // Whatever it is, the writes are in the log and acknowledged.
            _writer.FlushWarning = $"the rows in memory could not be written to a segment: {fault.Message}";
        }

        Merge();
    }

    private int Import(ImportRows rows)
    {
        RequireWriter();
        if (rows.Items == 0)
        {
            return 0;
        }

        using IDisposable call = _longCalls.Begin();
        var builder = new SegmentBuilder(_bits, _ids);
        builder.Add(rows, null);
        long number = _writer!.NewNumber();
        Segment? segment = null;
        try
        {
            segment = Segment.Open(_store, builder.Write(_store, number)!, _bits, _ids);
            int replaced = _thread!.Run(() => _writer.Add([segment]));
            Merge();
            return replaced;
        }
        catch
        {
            segment?.Release();
            _writer.Drop(FileNames.Segment(number));
            throw;
        }
    }

    private void Merge()
    {
        if (_automatic)
        {
            _compactor!.Start();
        }
    }

    private T OnWriter<T>(Func<IndexWriter, T> work)
    {
        WriterThread thread = RequireWriter();
        return thread.Run(() => work(_writer!));
    }

    private WriterThread RequireWriter()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _thread ?? throw new InvalidOperationException($"{_store.PathOf("")}: the index is open for reading only. Open it for writing with LiveIndex.Open.");
    }

    private void RequireCodes(Codes codes, int ids)
    {
        ArgumentNullException.ThrowIfNull(codes);
        Codes.RequireSameBits(_bits, codes.Bits);
        if (codes.Count != ids)
        {
            throw new ArgumentException($"{ids} ids came with {codes.Count} codes; every code needs one id.", nameof(codes));
        }
    }

    private void RequireKind(IdKind kind)
    {
        if (kind != _ids)
        {
            Checks.Id(kind == IdKind.Number ? new ItemId(0) : new ItemId("text"), _ids);
        }
    }
}
