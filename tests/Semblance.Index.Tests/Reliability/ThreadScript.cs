using Semblance.Index;

namespace Semblance.Tests.Index.Reliability;

/// <summary>What one of several threads does to an index, call by call: the same for the same seed, and with ids that no other thread has.</summary>
internal sealed class ThreadScript(int seed, int thread, IdKind ids)
{
    private const int Ids = 300;

    public static LiveIndexOptions Options(IdKind ids, Durability durability) => new() { Bits = 96, Ids = ids, Durability = durability, MemoryRows = 400, AutomaticCompaction = true };

    /// <summary>The thread to which an id belongs.</summary>
    public static int ThreadOf(ItemId id) => id.Kind == IdKind.Number ? (int)(id.Number / 1_000_000) : int.Parse(id.Text.AsSpan(0, id.Text.IndexOf('/', StringComparison.Ordinal)), null);

    /// <summary>Makes a call.</summary>
    public void Do(int call, LiveIndex index)
    {
        (Kind kind, Item[] items) = Call(call);
        switch (kind)
        {
            case Kind.Upsert:
                index.Upsert(items);
                break;
            case Kind.Delete:
                index.Delete([.. items.Select(item => item.Id)]);
                break;
            case Kind.Import:
                index.Import(items);
                break;
            default:
                index.Flush();
                break;
        }
    }

    /// <summary>Does the same to a dictionary.</summary>
    public void Do(int call, Oracle oracle)
    {
        (Kind kind, Item[] items) = Call(call);
        switch (kind)
        {
            case Kind.Upsert or Kind.Import:
                oracle.Put(items);
                break;
            case Kind.Delete:
                oracle.Delete(items.Select(item => item.Id));
                break;
        }
    }

    private (Kind Kind, Item[] Items) Call(int call)
    {
        var random = new Random(unchecked((((seed * 31) + thread) * 1_000_003) + call));
        return random.Next(40) switch
        {
            < 18 => (Kind.Upsert, Items(random, 1)),
            < 27 => (Kind.Upsert, Items(random, random.Next(2, 20))),
            < 36 => (Kind.Delete, Items(random, random.Next(1, 20))),
            < 39 => (Kind.Import, Items(random, random.Next(1, 60))),
            _ => (Kind.Flush, []),
        };
    }

    private Item[] Items(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Item(random)).DistinctBy(item => item.Id)];

    private Item Item(Random random)
    {
        int number = random.Next(Ids);
        ItemId id = ids == IdKind.Number ? new ItemId((thread * 1_000_000L) + number) : new ItemId($"{thread}/{number}");
        string[] tags = random.Next(3) == 0 ? [$"t{random.Next(5)}"] : [];
        return new Item(id, new ulong[] { (ulong)random.Next(1000), (ulong)random.Next(4) }, tags, random.Next(3) == 0 ? $$"""{"n": {{random.Next()}}}""" : null);
    }

    private enum Kind
    {
        Upsert,
        Delete,
        Import,
        Flush,
    }
}
