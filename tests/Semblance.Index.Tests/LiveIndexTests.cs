using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>A live index against a plain dictionary.</summary>
public sealed class LiveIndexTests
{
    [Theory]
    [InlineData(64, IdKind.Number, 1)]
    [InlineData(64, IdKind.Text, 2)]
    [InlineData(20, IdKind.Number, 3)]
    [InlineData(200, IdKind.Text, 4)]
    public void Any_sequence_of_calls_and_restarts_gives_what_a_dictionary_gives(int bits, IdKind ids, int seed)
    {
        var random = new Random(seed);
        var source = new RandomItems(random, bits, ids);
        var oracle = new Oracle();
        LiveIndexOptions options = new() { Bits = bits, Ids = ids, MemoryRows = 50, Durability = Durability.None, AutomaticCompaction = false };
        var store = new SimulatedStore();
        LiveIndex index = LiveIndex.Create(store, options);
        for (int step = 0; step < 1000; step++)
        {
            switch (random.Next(20))
            {
                case < 9:
                    Item[] items = source.Batch(random.Next(1, 8));
                    Assert.Equal(oracle.Put(items), index.Upsert(items));
                    break;
                case < 13:
                    ItemId[] gone = [.. source.Batch(random.Next(1, 6)).Select(item => item.Id)];
                    Assert.Equal(oracle.Delete(gone), index.Delete(gone));
                    break;
                case < 15:
                    Item[] many = source.Batch(random.Next(1, 60));
                    Assert.Equal(oracle.Put(many), index.Import(many));
                    break;
                case < 16:
                    index.Flush();
                    break;
                case < 17:
                    index.Compact();
                    break;
                case < 18:
                    index.Dispose();
                    index = LiveIndex.Open(store, options with { Bits = 0 });
                    break;
                default:
                    oracle.RequireSame(index, source.Code(), source.Code());
                    break;
            }
        }

        oracle.RequireSame(index, source.Code());
        Assert.Empty(index.Verify());
        index.Dispose();
        using LiveIndex reader = LiveIndex.OpenRead(store);
        oracle.RequireSame(reader, source.Code());
    }
}
