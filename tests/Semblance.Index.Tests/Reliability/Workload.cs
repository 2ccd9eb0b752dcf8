using Semblance.Index;
using Semblance.Index.Storage;

namespace Semblance.Tests.Index.Reliability;

/// <summary>A scripted life of an index, the same for the same seed: upserts, deletions, imports, flushes, compactions and restarts.</summary>
internal sealed class Workload
{
    private readonly Random _random;
    private readonly RandomItems _source;
    private readonly bool _everyCommit;
    private LiveIndex? _index;

    public Workload(int seed, int bits, IdKind ids, Durability durability)
    {
        _random = new Random(seed);
        _source = new RandomItems(_random, bits, ids, differentIds: 60, differentCodes: 25);
        _everyCommit = durability == Durability.EveryCommit;
        Options = new LiveIndexOptions { Bits = bits, Ids = ids, Durability = durability, MemoryRows = 16, AutomaticCompaction = false };
    }

    /// <summary>Settings of the index.</summary>
    public LiveIndexOptions Options { get; }

    /// <summary>The states in which the index may be found now.</summary>
    public Expectation Expectation { get; } = Expectation.Nothing;

    /// <summary>What is being done.</summary>
    public string Doing { get; private set; } = "nothing yet";

    /// <summary>An item whose id no other item has; what the workload does next does not depend on it.</summary>
    public Item Marker(int number) =>
        new(Options.Ids == IdKind.Number ? new ItemId(1_000_000_000L + number) : new ItemId($"marker {number}"), new ulong[Codes.WordsFor(Options.Bits)], ["marker"], $$"""{"marker": {{number}}}""");

    /// <summary>Told of a call that failed, with the index, which is null where it is not open, and what it must hold; the call is made again afterwards. Where it is null, errors are thrown.</summary>
    public Action<IOException, LiveIndex?, Oracle>? Refused { get; init; }

    /// <summary>Whether the index is closed and opened after a call that failed; then the call may turn out to count.</summary>
    public bool ReopensWhenRefused { get; init; }

    /// <summary>What was acknowledged.</summary>
    public Oracle Acknowledged { get; private set; } = new();

    public void Run(FileStore store, int steps)
    {
        // A creation that failed at the end may have counted.
        Do("create", durable: true, _ => { }, () => _index = store.List().Contains(FileNames.Manifest) ? LiveIndex.Open(store, Options) : LiveIndex.Create(store, Options), store);
        for (int step = 0; step < steps; step++)
        {
            switch (_random.Next(24))
            {
                case < 7:
                    Upsert(_source.Batch(1), store);
                    break;
                case < 11:
                    Upsert(_source.Batch(_random.Next(2, 9)), store);
                    break;
                case < 15:
                    ItemId[] gone = [.. _source.Batch(_random.Next(1, 6)).Select(item => item.Id)];
                    Do($"delete {gone.Length}", _everyCommit, oracle => oracle.Delete(gone), () => _index!.Delete(gone), store);
                    break;
                case < 18:
                    Item[] many = _source.Batch(_random.Next(1, 40));
                    Do($"import {many.Length}", durable: true, oracle => oracle.Put(many), () => _index!.Import(many), store);
                    break;
                case < 20:
                    Do("flush", durable: true, _ => { }, () => _index!.Flush(), store);
                    break;
                case < 22:
                    Do("compact", durable: true, _ => { }, () => _index!.Compact(), store);
                    break;
                default:
                    Do("close", durable: true, _ => { }, Close, store);
                    Do("open", durable: true, _ => { }, () => _index = LiveIndex.Open(store, Options), store);
                    break;
            }
        }

        Do("close", durable: true, _ => { }, Close, store);
    }

    private void Close()
    {
        LiveIndex? index = _index;
        _index = null;
        index?.Dispose();
    }

    private void Upsert(Item[] items, FileStore store) => Do($"upsert {items.Length}", _everyCommit, oracle => oracle.Put(items), () => _index!.Upsert(items), store);

    private void Do(string name, bool durable, Action<Oracle> change, Action call, FileStore store)
    {
        Doing = name;
        Oracle outcome = Acknowledged.Copy();
        change(outcome);
        for (bool done = false; !done;)
        {
            Expectation.Begin(outcome);
            try
            {
                call();
                done = true;
            }
            catch (IOException fault) when (Refused is not null)
            {
                Refused(fault, _index, Acknowledged);
                done = ReopensWhenRefused && _index is not null && Reopened(store);
                if (!done)
                {
                    Expectation.Refuse();
                }
            }
        }

        Expectation.End(durable);
        Acknowledged = outcome;
    }

    /// <summary>Opens the index again after a call failed.</summary>
    /// <returns>Whether the call counts.</returns>
    private bool Reopened(FileStore store)
    {
        try
        {
            Close();
        }
        catch (IOException)
        {
            // What could not be synced stays unknown; the next writer reads what there is.
        }

        _index = LiveIndex.Open(store, Options);
        using Snapshot snapshot = _index.Snapshot();
        Item[] found = [.. snapshot.Items()];
        return Expectation.Possible.Count > 1 && Expectation.Same(Expectation.Possible[^1], found) ? true
            : Expectation.Same([.. Acknowledged.Items.Values], found) ? false
            : throw new InvalidDataException($"after '{Doing}' failed, the index is neither as before nor as it would be after it.");
    }
}
