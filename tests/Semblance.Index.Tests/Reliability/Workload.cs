using Semblance.Index;
using Semblance.Index.Storage;

namespace Semblance.Tests.Index.Reliability;

/// <summary>A scripted life of an index, the same for the same seed: upserts, deletions, imports, flushes, compactions and restarts.</summary>
internal sealed class Workload
{
    private readonly Random _random;
    private readonly RandomItems _source;
    private readonly bool _everyCommit;
    private Oracle _oracle = new();

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

    public void Run(FileStore store, int steps)
    {
        LiveIndex? index = null;
        Do("create", durable: true, _ => { }, () => index = LiveIndex.Create(store, Options));
        for (int step = 0; step < steps; step++)
        {
            switch (_random.Next(24))
            {
                case < 7:
                    Upsert(index!, _source.Batch(1));
                    break;
                case < 11:
                    Upsert(index!, _source.Batch(_random.Next(2, 9)));
                    break;
                case < 15:
                    ItemId[] gone = [.. _source.Batch(_random.Next(1, 6)).Select(item => item.Id)];
                    Do($"delete {gone.Length}", _everyCommit, oracle => oracle.Delete(gone), () => index!.Delete(gone));
                    break;
                case < 18:
                    Item[] many = _source.Batch(_random.Next(1, 40));
                    Do($"import {many.Length}", durable: true, oracle => oracle.Put(many), () => index!.Import(many));
                    break;
                case < 20:
                    Do("flush", durable: true, _ => { }, () => index!.Flush());
                    break;
                case < 22:
                    Do("compact", durable: true, _ => { }, () => index!.Compact());
                    break;
                default:
                    Do("close", durable: true, _ => { }, () => index!.Dispose());
                    Do("open", durable: true, _ => { }, () => index = LiveIndex.Open(store, Options));
                    break;
            }
        }

        Do("close", durable: true, _ => { }, () => index!.Dispose());
    }

    private void Upsert(LiveIndex index, Item[] items) => Do($"upsert {items.Length}", _everyCommit, oracle => oracle.Put(items), () => index.Upsert(items));

    private void Do(string name, bool durable, Action<Oracle> change, Action call)
    {
        Doing = name;
        Oracle outcome = _oracle.Copy();
        change(outcome);
        Expectation.Begin(outcome);
        call();
        Expectation.End(durable);
        _oracle = outcome;
    }
}
