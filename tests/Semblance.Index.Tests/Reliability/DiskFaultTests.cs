using Semblance.Index;
using Semblance.Index.Storage;
using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>Disks that are full, fail, or refuse; and writers that are closed in the midst of work.</summary>
public sealed class DiskFaultTests
{
    private const string Full = "No space left on device";
    private const string Broken = "Input/output error";

    [Theory]
    [InlineData(1, IdKind.Number)]
    [InlineData(2, IdKind.Text)]
    public void A_disk_that_is_full_at_any_write_costs_that_write_alone(int seed, IdKind ids)
    {
        int cases = 0, refused = 0;
        int step = Effort.Of(29, 1);
        for (int first = 1, writes = int.MaxValue; first <= writes; first += step, cases++)
        {
            writes = RunOnFullDisk(seed, ids, first, ref refused);
        }

        Effort.Report($"a full disk at {cases} writes, {refused} calls refused and made again; ids {ids}, seed {seed}");
        Assert.True(refused > cases / 4, $"only {refused} calls were refused");
    }

    [Theory]
    [InlineData(3, IdKind.Number)]
    [InlineData(4, IdKind.Text)]
    public void A_disk_that_fails_at_any_operation_leaves_what_was_acknowledged(int seed, IdKind ids)
    {
        int cases = 0, refused = 0;
        int step = Effort.Of(31, 1);
        for (int failing = 1, operations = int.MaxValue; failing <= operations; failing += step, cases++)
        {
            operations = RunOnFailingDisk(seed, ids, failing, ref refused);
        }

        Effort.Report($"an error of the disk at {cases} operations, {refused} calls refused; ids {ids}, seed {seed}");
        Assert.True(refused > cases / 2, $"only {refused} calls were refused");
    }

    [Fact]
    public void A_flush_that_is_not_allowed_is_a_warning_and_not_the_end_of_the_process()
    {
        var store = new SimulatedStore
        {
            Fault = (call, name) => call == StoreCall.Create && name.EndsWith(".segment", StringComparison.Ordinal) ? new UnauthorizedAccessException($"Access to the path '{name}' is denied.") : null,
        };
        using LiveIndex index = LiveIndex.Create(store, new LiveIndexOptions { Bits = 64, MemoryRows = 4 });
        for (int id = 0; id < 10; id++)
        {
            index.Upsert(new Item(id, new ulong[] { 1 }));
        }

        Assert.Contains("is denied", index.Info().Warning, StringComparison.Ordinal);
        store.Fault = null;
        index.Flush();
        Assert.Equal((10, 0), (index.Count, index.Info().ItemsInMemory));
        Assert.Null(index.Info().Warning);
    }

    [Fact]
    public async Task An_import_that_is_under_way_is_finished_before_the_lock_is_given_back()
    {
        using var began = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var store = new SimulatedStore();
        LiveIndex index = LiveIndex.Create(store, new LiveIndexOptions { Bits = 64 });
        store.OnSync = () =>
        {
            store.OnSync = null;
            began.Set();
            goOn.Wait();
        };
        Task<int> import = Task.Run(() => index.Import([new Item(1, new ulong[] { 1 })]));
        began.Wait();
        Task closing = Task.Run(index.Dispose);

        // A writer that got the lock now would give the same number to a file of its own.
        Assert.NotSame(closing, await Task.WhenAny(closing, Task.Delay(50)));
        Assert.Throws<IOException>(() => LiveIndex.Open(store));
        goOn.Set();
        await closing;
        await import;
        using LiveIndex again = LiveIndex.Open(store);
        Assert.Equal(1, again.Count);
        Assert.Throws<ObjectDisposedException>(() => index.Import([new Item(2, new ulong[] { 1 })]));
        Assert.Throws<ObjectDisposedException>(() => index.Compact());
    }

    /// <summary>From a write on there is no room until a call was refused.</summary>
    private static int RunOnFullDisk(int seed, IdKind ids, int first, ref int refused)
    {
        int writes = 0, count = 0;
        bool full = true;
        var store = new SimulatedStore();
        store.Fault = (call, name) => call is StoreCall.Create or StoreCall.Append && ++writes >= first && full ? new IOException($"{Full} : '{store.PathOf(name)}'") : null;
        var workload = new Workload(seed, 64, ids, Durability.EveryCommit)
        {
            Refused = (fault, index, oracle) =>
            {
                Assert.Contains(Full, fault.Message, StringComparison.Ordinal);
                index?.Nearest(new ulong[1], 3);
                RequireReadable(store, index, oracle);
                full = false;
                count++;
            },
        };
        workload.Run(store, 40);
        RequireNothingLeftOver(store, workload);
        refused += count;
        return writes;
    }

    /// <summary>One operation fails.</summary>
    private static int RunOnFailingDisk(int seed, IdKind ids, int failing, ref int refused)
    {
        int operations = 0, count = 0;
        var store = new SimulatedStore();
        store.Fault = (call, name) => ++operations == failing ? new IOException($"{Broken} : '{store.PathOf(name)}'") : null;
        var workload = new Workload(seed, 64, ids, Durability.EveryCommit)
        {
            ReopensWhenRefused = true,
            Refused = (fault, index, oracle) =>
            {
                Assert.Contains(Broken, fault.Message, StringComparison.Ordinal);
                RequireReadable(null, index, oracle);
                count++;
            },
        };
        workload.Run(store, 40);
        RequireNothingLeftOver(store, workload);
        refused += count;
        return operations;
    }

    private static void RequireReadable(SimulatedStore? store, LiveIndex? index, Oracle oracle)
    {
        if (index is not null)
        {
            oracle.RequireSame(index, [7]);
            if (store is not null)
            {
                using LiveIndex reader = LiveIndex.OpenRead(store);
                oracle.RequireSame(reader);
            }
        }
    }

    private static void RequireNothingLeftOver(SimulatedStore store, Workload workload)
    {
        store.Fault = null;
        using (LiveIndex index = LiveIndex.Open(store, workload.Options))
        {
            workload.Acknowledged.RequireSame(index, [7]);
            Assert.Empty(index.Verify());
        }

        var manifest = Manifest.Read(store);
        string[] named =
        [
            FileNames.Manifest, manifest.Log.FileName, .. manifest.Segments.Select(entry => entry.FileName), .. manifest.Segments.Select(entry => entry.Deleted?.FileName).OfType<string>(),
        ];
        Assert.Equal(named.Order(StringComparer.Ordinal), store.Names);
    }
}
