using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>Files with a wrong bit or a missing end: an error that names the file, or no effect; never a wrong answer.</summary>
public sealed class DamageTests
{
    private static readonly ulong[] Query = [0x0123456789ABCDEF, 0x2A];

    [Theory]
    [InlineData(IdKind.Number)]
    [InlineData(IdKind.Text)]
    public void A_wrong_bit_is_told_or_harmless(IdKind ids)
    {
        (SimulatedStore store, Oracle oracle) = Small(ids);
        foreach (string name in store.Names)
        {
            byte[] bytes = store.BytesOf(name);
            for (int at = 0; at < bytes.Length; at++)
            {
                SimulatedStore damaged = store.Copy();
                byte[] wrong = [.. bytes];
                wrong[at] ^= (byte)(1 << (at % 8));
                damaged.Overwrite(name, wrong);
                RequireToldOrHarmless(damaged, oracle, name);
            }
        }
    }

    [Fact]
    public void A_missing_end_is_told()
    {
        (SimulatedStore store, Oracle oracle) = Small(IdKind.Text);
        foreach (string name in store.Names)
        {
            byte[] bytes = store.BytesOf(name);
            for (int length = 0; length < bytes.Length; length += 13)
            {
                SimulatedStore damaged = store.Copy();
                damaged.Overwrite(name, bytes[..length]);
                RequireToldOrHarmless(damaged, oracle, name);
            }
        }
    }

    private static void RequireToldOrHarmless(SimulatedStore damaged, Oracle oracle, string name)
    {
        try
        {
            using LiveIndex index = LiveIndex.Open(damaged);
            IReadOnlyList<string> faults = index.Verify();
            Assert.All(faults, fault => Assert.Contains(name, fault, StringComparison.Ordinal));
            Assert.Equal(oracle.Nearest(Query, 20), index.Nearest(Query, 20));
            Assert.Equal(oracle.Items.Values.Select(Oracle.Describe), Snapshot(index));
        }
        catch (InvalidDataException fault)
        {
            Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        }
    }

    private static List<string> Snapshot(LiveIndex index)
    {
        using Snapshot snapshot = index.Snapshot();
        return [.. snapshot.Items().Select(Oracle.Describe)];
    }

    private static (SimulatedStore Store, Oracle Oracle) Small(IdKind ids)
    {
        var store = new SimulatedStore();
        Oracle oracle = new();
        var source = new RandomItems(new Random(1), 70, ids, differentIds: 30, differentCodes: 12);
        using LiveIndex index = LiveIndex.Create(store, new LiveIndexOptions { Bits = 70, Ids = ids, AutomaticCompaction = false });
        Item[] items = source.Batch(20);
        oracle.Put(items);
        index.Import(items);
        ItemId[] gone = [items[3].Id, items[5].Id];
        oracle.Delete(gone);
        index.Delete(gone);
        index.Flush();
        items = source.Batch(6);
        oracle.Put(items);
        index.Upsert(items);
        return (store, oracle);
    }
}
