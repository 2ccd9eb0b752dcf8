using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>Very many random calls, with restarts, flushes and merges, against a dictionary and a search through all of it.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 64, IdKind.Number)]
    [InlineData(2, 130, IdKind.Text)]
    public void An_index_is_what_a_dictionary_is(int seed, int bits, IdKind ids)
    {
        int calls = Effort.Of(2_500, 500_000), restarts = 0, searches = 0;
        var random = new Random(seed);
        var source = new RandomItems(random, bits, ids, differentIds: 1500, differentCodes: 400);
        var oracle = new Oracle();
        LiveIndexOptions options = new() { Bits = bits, Ids = ids, MemoryRows = 600, Durability = Durability.None };
        LiveIndex index = LiveIndex.Create(_folder.File("index"), options);
        for (int call = 0; call < calls; call++)
        {
            switch (random.Next(2000))
            {
                case < 950:
                    Item item = source.Item();
                    Assert.Equal(oracle.Put([item]) == 1, index.Upsert(item));
                    break;
                case < 1500:
                    ItemId id = source.Id();
                    Assert.Equal(oracle.Delete([id]) == 1, index.Delete(id));
                    break;
                case < 1600:
                    Item[] batch = source.Batch(random.Next(2, 20));
                    Assert.Equal(oracle.Put(batch), index.Upsert(batch));
                    break;
                case < 1900:
                    id = source.Id();
                    Assert.Equal(oracle.Items.TryGetValue(id, out Item? there) ? Oracle.Describe(there) : null, index.Find(id) is { } found ? Oracle.Describe(found) : null);
                    break;
                case < 1985:
                    Search(index, oracle, source.Code(), random);
                    searches++;
                    break;
                case < 1990:
                    batch = source.Batch(random.Next(1, 300));
                    Assert.Equal(oracle.Put(batch), index.Import(batch));
                    break;
                case < 1996:
                    index.Flush();
                    break;
                case < 1997:
                    index.Compact();
                    break;
                default:
                    index.Dispose();
                    index = LiveIndex.Open(_folder.File("index"), options);
                    oracle.RequireSame(index, source.Code());
                    restarts++;
                    break;
            }
        }

        oracle.RequireSame(index, source.Code());
        Assert.Empty(index.Verify());
        Assert.Null(index.Info().Warning);
        index.Dispose();
        Effort.Report($"{calls} random calls, {searches} searches and {restarts} restarts, {oracle.Items.Count} items at the end; {bits} bits, ids {ids}, seed {seed}");
        Assert.True(restarts > 0);
    }

    private static void Search(LiveIndex index, Oracle oracle, ulong[] query, Random random)
    {
        int k = random.Next(1, 30);
        switch (random.Next(4))
        {
            case 0:
                Assert.Equal(oracle.Nearest(query, k), index.Nearest(query, k));
                break;
            case 1:
                int radius = random.Next(query.Length * 32);
                Assert.Equal(oracle.Within(query, radius), index.Within(query, radius));
                break;
            case 2:
                var filter = Filter.Any("cat", "größe");
                Assert.Equal(oracle.Nearest(query, k, item => filter.Accepts([.. item.Tags])), index.Nearest(query, k, new LiveSearchOptions { Filter = filter }));
                break;
            default:
                Assert.Equal(oracle.Nearest(query, k, item => item.Payload is null), index.Nearest(query, k, new LiveSearchOptions { Where = item => item.Payload is null }));
                break;
        }
    }
}
