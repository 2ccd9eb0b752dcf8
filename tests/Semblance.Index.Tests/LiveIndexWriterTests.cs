using Semblance.Index;
using Semblance.Index.Log;
using Semblance.Index.Storage;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>The writer: group commit, full disks, failed syncs, snapshots, merges, readers beside it.</summary>
public sealed class LiveIndexWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writes_that_wait_share_one_sync()
    {
        var store = new SimulatedStore();
        using LiveIndex index = LiveIndex.Create(store, Bits64);
        using var held = new ManualResetEventSlim();
        store.OnSync = held.Wait;
        Task<bool> first = index.UpsertAsync(Row(0));
        SpinWait.SpinUntil(() => store.Operations > 0 && !first.IsCompleted);
        Task<bool>[] others = [.. Enumerable.Range(1, 500).Select(id => index.UpsertAsync(Row(id)))];
        int before = store.Syncs;
        Assert.DoesNotContain(others, task => task.IsCompleted);
        held.Set();
        await Task.WhenAll([first, .. others]);
        Assert.InRange(store.Syncs - before, 1, 3);
        store.OnSync = null;
        Assert.Equal(501, index.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_disk_that_is_full_refuses_the_write_and_nothing_else(int what)
    {
        var store = new SimulatedStore();
        LiveIndex index = LiveIndex.Create(store, Bits64);
        Oracle oracle = new();
        Item[] some = [.. Enumerable.Range(0, 50).Select(Row)];
        oracle.Put(some);
        index.Upsert(some);
        for (long room = 0; room < 4000; room += 37)
        {
            store.Room = store.Names.Sum(name => (long)store.BytesOf(name).Length) + room;
            Item[] more = [.. Enumerable.Range(100 + (int)room, 40).Select(Row)];
            try
            {
                _ = what == 0 ? index.Upsert(more) : index.Import(more);
                oracle.Put(more);
            }
            catch (IOException fault)
            {
                Assert.Contains("no space left", fault.Message, StringComparison.Ordinal);
            }

            Assert.Equal(oracle.Items.Count, index.Count);
            store.Room = long.MaxValue;
            Assert.Equal(oracle.Put([Row((int)room)]), index.Upsert([Row((int)room)]));
        }

        oracle.RequireSame(index, [5]);
        index.Dispose();
        using LiveIndex again = LiveIndex.Open(store);
        oracle.RequireSame(again, [5]);
        Assert.Empty(again.Verify());
    }

    [Fact]
    public async Task A_large_write_without_room_does_not_take_small_ones_with_it()
    {
        var store = new SimulatedStore();
        using LiveIndex index = LiveIndex.Create(store, Bits64);
        using var held = new ManualResetEventSlim();
        store.OnSync = held.Wait;
        Task<bool> first = index.UpsertAsync(Row(0));
        Task<int> large = index.UpsertAsync([.. Enumerable.Range(1000, 1000).Select(Row)]);
        Task<bool> small = index.UpsertAsync(Row(1));
        store.Room = 2000;
        held.Set();
        await first;
        await small;
        await Assert.ThrowsAsync<IOException>(() => large);
        store.OnSync = null;
        Assert.Equal(2, index.Count);
    }

    [Fact]
    public void After_a_sync_that_failed_the_index_is_for_reading_until_it_is_opened_again()
    {
        var store = new SimulatedStore();
        LiveIndex index = LiveIndex.Create(store, Bits64);
        index.Upsert(Row(1));
        store.SyncFails = true;
        Assert.Throws<IOException>(() => index.Upsert(Row(2)));
        store.SyncFails = false;
        Assert.Contains("open it again", Assert.Throws<IOException>(() => index.Upsert(Row(3))).Message, StringComparison.Ordinal);
        Assert.Contains("open it again", Assert.Throws<IOException>(index.Flush).Message, StringComparison.Ordinal);
        Assert.Equal([new ItemMatch(1, 0)], index.Nearest(Row(1).Code.Span, 5));
        index.Dispose();
        using LiveIndex again = LiveIndex.Open(store);
        again.Upsert(Row(3));
        Assert.NotNull(again.Find(1));
        Assert.NotNull(again.Find(3));
    }

    [Fact]
    public void A_snapshot_stays_as_it_was()
    {
        using LiveIndex index = LiveIndex.Create(_folder.File("index"), Bits64 with { MemoryRows = 100 });
        var random = new Random(5);
        var source = new RandomItems(random, 64, IdKind.Number);
        Oracle oracle = new();
        List<(Snapshot Snapshot, Oracle Oracle)> kept = [];
        for (int step = 0; step < 30; step++)
        {
            Item[] items = source.Batch(40);
            oracle.Put(items);
            index.Upsert(items);
            ItemId[] gone = [.. source.Batch(10).Select(item => item.Id)];
            oracle.Delete(gone);
            index.Delete(gone);
            if (step % 5 == 0)
            {
                kept.Add((index.Snapshot(), oracle.Copy()));
            }

            if (step % 11 == 10)
            {
                index.Compact();
            }
        }

        foreach ((Snapshot snapshot, Oracle then) in kept)
        {
            then.RequireSame(snapshot, source.Code());
            Assert.All(then.Items.Keys, id => Assert.Equal(Oracle.Describe(then.Items[id]), Oracle.Describe(snapshot.Find(id)!)));
            Assert.All(oracle.Items.Keys.Except(then.Items.Keys), id => Assert.Null(snapshot.Find(id)));
        }

        kept.ForEach(pair => pair.Snapshot.Dispose());
        Assert.Equal(index.Info().Segments.Count, Directory.GetFiles(_folder.File("index"), "*.segment").Length);
    }

    [Fact]
    public async Task Readers_see_whole_writes_while_one_writes_and_segments_are_merged()
    {
        const int Pairs = 40;
        using LiveIndex index = LiveIndex.Create(_folder.File("index"), Bits64 with { MemoryRows = 64, Durability = Durability.None, AutomaticCompaction = true });
        index.Upsert([.. Enumerable.Range(0, 2 * Pairs).Select(id => new Item(id, new ulong[] { 0 }))]);
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                using Snapshot snapshot = index.Snapshot();
                Dictionary<long, ulong> codes = snapshot.Items().ToDictionary(item => item.Id.Number, item => item.Code.Span[0]);
                Assert.Equal(2 * Pairs, codes.Count);
                Assert.All(Enumerable.Range(0, Pairs), pair => Assert.Equal(codes[pair], codes[pair + Pairs]));
                Assert.Equal(2 * Pairs, snapshot.Nearest([0], 1000).Length);
            }
        }))];
        var random = new Random(1);
        for (int step = 1; step < 400; step++)
        {
            // Two items always change together.
            int pair = random.Next(Pairs);
            index.Upsert([new Item(pair, new ulong[] { (ulong)step }), new Item(pair + Pairs, new ulong[] { (ulong)step })]);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Null(index.Info().Warning);
    }

    [Fact]
    public void Segments_are_merged_by_themselves_as_they_pile_up()
    {
        string path = _folder.File("index");
        using (LiveIndex index = LiveIndex.Create(path, Bits64 with { MemoryRows = 10, AutomaticCompaction = true, Durability = Durability.None }))
        {
            for (int id = 0; id < 400; id++)
            {
                index.Upsert(Row(id));
            }

            SpinWait.SpinUntil(() => index.Info().Segments.Count < 10, TimeSpan.FromSeconds(30));
            Assert.InRange(index.Info().Segments.Count, 1, 10);
            Assert.Equal(400, index.Count);
        }

        using LiveIndex again = LiveIndex.Open(path);
        Assert.Equal(400, again.Count);
        Assert.Equal(again.Info().Segments.Count, Directory.GetFiles(path, "*.segment").Length);
    }

    [Fact]
    public void A_reader_sees_the_state_of_its_opening_until_it_is_refreshed()
    {
        string path = _folder.File("index");
        using LiveIndex writer = LiveIndex.Create(path, Bits64);
        writer.Upsert(Row(1));
        using LiveIndex reader = LiveIndex.OpenRead(path);
        string[] before = [.. Directory.GetFiles(path)];
        writer.Upsert(Row(2));
        writer.Flush();
        writer.Import([Row(3)]);
        writer.Compact();
        Assert.Equal(1, reader.Count);
        reader.Refresh();
        Assert.Equal(3, reader.Count);
        Assert.Null(reader.Info().Durability);
        Assert.Contains(before, file => file.EndsWith("1.log", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_no_manifest_names_are_removed_by_the_next_writer()
    {
        var store = new SimulatedStore();
        LiveIndex.Create(store, Bits64).Dispose();
        foreach (string name in (string[])["77.segment", "78.deleted", "79.log", "MANIFEST.new", "notes.txt", "a.log"])
        {
            store.Create(name).Dispose();
        }

        LiveIndex.OpenRead(store).Dispose();
        Assert.Contains("77.segment", store.Names);
        LiveIndex.Open(store).Dispose();
        Assert.Equal(["1.log", "MANIFEST", "a.log", "notes.txt"], store.Names);
    }

    [Fact]
    public void A_write_is_synced_within_the_interval()
    {
        var store = new SimulatedStore();
        using LiveIndex index = LiveIndex.Create(store, Bits64 with { Durability = Durability.Every(TimeSpan.FromMilliseconds(20)) });
        int before = store.Syncs;
        index.Upsert(Row(1));
        Assert.True(SpinWait.SpinUntil(() => store.Syncs > before, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_record_that_was_on_the_disk_is_not_taken_for_a_torn_write()
    {
        var store = new SimulatedStore();
        LiveIndex index = LiveIndex.Create(store, Bits64);
        for (int id = 0; id < 5; id++)
        {
            index.Upsert(Row(id));
        }

        SimulatedStore killed = store.Copy();
        index.Dispose();
        byte[] log = killed.BytesOf("1.log");
        int record = (log.Length - LogLayout.HeaderLength) / 5;

        // The last record may be a torn write; an earlier one was on the disk, as the later ones say.
        using (LiveIndex torn = LiveIndex.Open(Damaged(killed, log.Length - 9)))
        {
            Assert.Equal(4, torn.Count);
        }

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => LiveIndex.Open(Damaged(killed, LogLayout.HeaderLength + record + 30)));
        Assert.Contains($"1.log: offset {LogLayout.HeaderLength + record}", fault.Message, StringComparison.Ordinal);

        // After a clean close the manifest knows the length: nothing may be missing.
        Assert.Throws<InvalidDataException>(() => LiveIndex.Open(Damaged(store, log.Length - 9)));
        store.Overwrite("1.log", log[..^record]);
        Assert.Throws<InvalidDataException>(() => LiveIndex.Open(store));
    }

    [Fact]
    public void What_is_in_memory_and_deleted_in_segments_is_in_the_report()
    {
        using LiveIndex index = LiveIndex.Create(new SimulatedStore(), Bits64 with { Durability = Durability.None });
        index.Import([.. Enumerable.Range(0, 100).Select(Row)]);
        index.Delete([1, 2, 3]);
        index.Upsert(Row(200));
        LiveIndexInfo info = index.Info();
        Assert.Equal((98, 1, 3), (info.Items, info.ItemsInMemory, info.DeletedItems));
        Assert.Equal((800, 800), (info.ColumnBytes["codes"], info.ColumnBytes["ids"]));
        Assert.Equal(Durability.None, info.Durability);
        Assert.Equal(1, info.FormatVersion);
        index.Compact();
        Assert.Equal((98, 0, 0), (index.Info().Items, index.Info().ItemsInMemory, index.Info().DeletedItems));
        Assert.Single(index.Info().Segments);
    }

    private static LiveIndexOptions Bits64 => new() { Bits = 64, AutomaticCompaction = false };

    private static Item Row(int id) => new(id, new ulong[] { (ulong)id * 0x9E3779B97F4A7C15 });

    private static SimulatedStore Damaged(SimulatedStore store, int at)
    {
        SimulatedStore copy = store.Copy();
        byte[] log = copy.BytesOf("1.log");
        log[at] ^= 4;
        copy.Overwrite("1.log", log);
        return copy;
    }
}
