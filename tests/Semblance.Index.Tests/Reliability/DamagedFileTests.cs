using System.Text.RegularExpressions;
using Semblance.Index;
using Semblance.Index.Storage;
using Xunit;
using Xunit.Sdk;

namespace Semblance.Tests.Index.Reliability;

/// <summary>Real files with wrong bytes, wrong lengths, in wrong places: told with the file's name, or without effect; never a wrong answer, a crash, or memory without bound.</summary>
public sealed partial class DamagedFileTests : IDisposable
{
    private const long MostBytesOfMemory = 64 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 64, IdKind.Number)]
    [InlineData(2, 100, IdKind.Text)]
    public void Damage_is_told_or_harmless(int seed, int bits, IdKind ids)
    {
        var random = new Random(seed);
        var source = new RandomItems(random, bits, ids, differentIds: 300, differentCodes: 80);
        Oracle oracle = MakeIndex(source, bits, ids);
        ulong[] query = source.Code();
        var filter = Filter.Any("cat", "größe");
        ItemMatch[] filtered = oracle.Nearest(query, 10, item => filter.Accepts([.. item.Tags]));

        void Check(LiveIndex index)
        {
            oracle.RequireSame(index, query);
            Assert.Equal(filtered, index.Nearest(query, 10, new LiveSearchOptions { Filter = filter }));
            Assert.All(oracle.Items.Values, item => Assert.Equal(Oracle.Describe(item), Oracle.Describe(index.Find(item.Id)!)));
        }

        Item added = source.Item();
        Oracle after = oracle.Copy();
        after.Put([added]);
        Run(new Damager(Index, random), Effort.Of(100, 5000), Check, index =>
        {
            index.Upsert(added);
            index.Compact();
            after.RequireSame(index, query);
        }, $"{bits} bits, ids {ids}, seed {seed}");
    }

    [Fact]
    public void Damage_of_tables_of_substrings_is_told_or_harmless()
    {
        const int Items = 50_000;
        var random = new Random(3);
        ulong[] codes = [.. Enumerable.Range(0, Items).Select(_ => (ulong)random.NextInt64())];
        long[] ids = [.. Enumerable.Range(0, Items).Select(id => (long)id)];
        ulong[][] queries = [.. Enumerable.Range(0, 30).Select(query => new[] { codes[query * 1000] ^ (1UL << query) ^ (1UL << (63 - query)) })];
        ItemMatch[][] answers;
        using (LiveIndex index = LiveIndex.Create(Index, new LiveIndexOptions { Bits = 64 }))
        {
            index.Import(ids, new Codes(64, codes));
            index.Compact();
            answers = Array.ConvertAll(queries, query => index.Nearest(query, 5, new LiveSearchOptions { Plan = SearchPlan.Scan }));
        }

        Run(new Damager(Index, random, "tables."), Effort.Of(20, 1000), index =>
        {
            for (int i = 0; i < queries.Length; i++)
            {
                Assert.Equal(answers[i], index.Nearest(queries[i], 5, new LiveSearchOptions { Plan = SearchPlan.MultiIndex }));
            }
        }, null, "tables of substrings over 50,000 codes, seed 3");
    }

    private string Index => _folder.File("index");

    /// <summary>An index with every kind of file: segments with all columns and without some, deleted items, a log.</summary>
    private Oracle MakeIndex(RandomItems source, int bits, IdKind ids)
    {
        Oracle oracle = new();
        using LiveIndex index = LiveIndex.Create(Index, new LiveIndexOptions { Bits = bits, Ids = ids, AutomaticCompaction = false });
        foreach (int count in (int[])[120, 60, 1])
        {
            Item[] items = source.Batch(count);
            oracle.Put(items);
            index.Import(items);
        }

        ItemId[] gone = [.. oracle.Items.Keys.Where((_, i) => i % 7 == 0)];
        oracle.Delete(gone);
        index.Delete(gone);
        index.Flush();
        for (int i = 0; i < 6; i++)
        {
            Item[] items = source.Batch(i + 1);
            oracle.Put(items);
            index.Upsert(items);
            ItemId[] one = [oracle.Items.Keys.ElementAt(i * 5)];
            oracle.Delete(one);
            index.Delete(one);
        }

        return oracle;
    }

    private void Run(Damager damager, int cases, Action<LiveIndex> check, Action<LiveIndex>? write, string what)
    {
        int told = 0;
        for (int i = 0; i < cases; i++)
        {
            if (i % 4 == 3 && write is not null)
            {
                damager.WrongFiles();
            }
            else
            {
                damager.WrongBytes();
            }

            told += IsTold(damager, () => Open(Index, read: true, check)) ? 1 : 0;
            if (write is not null && i % 5 == 0)
            {
                string copy = _folder.File($"copy {i}");
                damager.CopyTo(copy);
                IsTold(damager, () => Open(copy, read: false, write));
                Directory.Delete(copy, recursive: true);
            }

            damager.Repair();
        }

        Open(Index, read: true, check);
        Effort.Report($"{cases} cases of damage in {damager.Places} places, {told} told, the others without effect; {what}");
        Assert.True(told > cases / 2, $"only {told} of {cases} were told");
    }

    private static void Open(string path, bool read, Action<LiveIndex> look)
    {
        using LiveIndex index = read ? LiveIndex.OpenRead(path) : LiveIndex.Open(path, new LiveIndexOptions { AutomaticCompaction = false });
        look(index);
    }

    /// <summary>Whether an error tells of the damage, by the name of a damaged file and the place.</summary>
    private static bool IsTold(Damager damager, Action open)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            open();
            return false;
        }
        catch (InvalidDataException fault)
        {
            // A file in the place of the manifest may name, or not name, anything.
            Assert.True(damager.Damaged.Exists(name => fault.Message.Contains(name, StringComparison.Ordinal)) || damager.Damaged.Contains(FileNames.Manifest), $"{damager.Doing}: {fault.Message}");
            Assert.Matches(Place(), fault.Message);
            return true;
        }
        catch (Exception fault)
        {
            throw new XunitException($"{damager.Doing}: {fault.Message}", fault);
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytesOfMemory);
        }
    }

    [GeneratedRegex("offset [0-9]+:|there is no such file|it is missing")]
    private static partial Regex Place();
}
