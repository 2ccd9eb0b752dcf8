using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>The power goes at each operation of a workload; the index must open and hold what was acknowledged.</summary>
public sealed class PowerCutTests
{
    [Theory]
    [InlineData(1, IdKind.Number)]
    [InlineData(2, IdKind.Text)]
    public void What_was_acknowledged_is_there_wherever_the_power_goes(int seed, IdKind ids)
    {
        LiveIndexOptions options = new() { Bits = 70, Ids = ids, MemoryRows = 30, AutomaticCompaction = false };
        var whole = new SimulatedStore();
        new Workload(seed, options).Run(whole);
        for (int cut = 1; cut <= whole.Operations; cut++)
        {
            var store = new SimulatedStore { CutAt = cut };
            var workload = new Workload(seed, options);
            workload.Run(store);
            SimulatedStore left = store.AfterPowerCut(new Random(cut));
            using LiveIndex? index = Reopen(left, workload);
            if (index is null)
            {
                continue;
            }

            string state = State(index);
            Assert.Contains(state, (string[])[workload.Acknowledged, workload.UnderWay]);
            Assert.Empty(index.Verify());

            // What is written from there on is as safe: the power goes once more.
            Item more = new(ids == IdKind.Number ? long.MaxValue : "\uFFFF", new ulong[] { 1, 1 });
            index.Upsert(more);
            using LiveIndex again = LiveIndex.Open(left.AfterPowerCut(new Random(cut)));
            Assert.Equal(state.Length == 0 ? Oracle.Describe(more) : state + '\n' + Oracle.Describe(more), State(again));
        }
    }

    [Fact]
    public void Without_syncs_an_earlier_whole_state_is_there()
    {
        LiveIndexOptions options = new() { Bits = 64, MemoryRows = 30, AutomaticCompaction = false, Durability = Durability.None };
        var whole = new SimulatedStore();
        new Workload(3, options).Run(whole);
        for (int cut = 1; cut <= whole.Operations; cut++)
        {
            var store = new SimulatedStore { CutAt = cut };
            var workload = new Workload(3, options);
            workload.Run(store);
            using LiveIndex? index = Reopen(store.AfterPowerCut(new Random(cut)), workload);
            if (index is not null)
            {
                Assert.Contains(State(index), workload.Since);
            }
        }
    }

    private static LiveIndex? Reopen(SimulatedStore store, Workload workload)
    {
        try
        {
            return LiveIndex.Open(store);
        }
        catch (InvalidDataException) when (!workload.Created)
        {
            // The power went before the creation was acknowledged: it can be made again.
            if (!store.List().Contains("MANIFEST"))
            {
                LiveIndex.Create(store, new LiveIndexOptions { Bits = 64 }).Dispose();
            }

            return null;
        }
    }

    private static string State(LiveIndex index)
    {
        using Snapshot snapshot = index.Snapshot();
        return string.Join('\n', snapshot.Items().Select(Oracle.Describe));
    }

    /// <summary>The same calls for a seed, until the power goes.</summary>
    private sealed class Workload(int seed, LiveIndexOptions options)
    {
        private readonly Oracle _oracle = new();

        public bool Created { get; private set; }

        public string Acknowledged { get; private set; } = "";

        public string UnderWay { get; private set; } = "";

        /// <summary>Every state since the last call that makes all durable.</summary>
        public List<string> Since { get; } = [""];

        public void Run(SimulatedStore store)
        {
            var random = new Random(seed);
            var source = new RandomItems(random, options.Bits, options.Ids, differentIds: 80, differentCodes: 25);
            LiveIndex? index = null;
            try
            {
                index = LiveIndex.Create(store, options);
                Created = true;
                for (int step = 0; step < 28; step++)
                {
                    index = Step(store, index, random, source);
                }
            }
            catch (IOException) when (store.Operations >= store.CutAt)
            {
                // The power is gone.
            }

            Close(index);
        }

        private static void Close(LiveIndex? index)
        {
            try
            {
                index?.Dispose();
            }
            catch (IOException)
            {
                // The power is gone.
            }
        }

        private LiveIndex Step(SimulatedStore store, LiveIndex index, Random random, RandomItems source)
        {
            int what = random.Next(16);
            if (what == 0)
            {
                index.Dispose();
                Durable();
                return LiveIndex.Open(store, options);
            }

            Item[] items = source.Batch(random.Next(1, what < 10 ? 6 : 30));
            switch (what)
            {
                case < 10:
                    Do(() => _oracle.Put(items), () => index.Upsert(items));
                    break;
                case < 12:
                    ItemId[] ids = [.. items.Select(item => item.Id)];
                    Do(() => _oracle.Delete(ids), () => index.Delete(ids));
                    break;
                case < 14:
                    Do(() => _oracle.Put(items), () => index.Import(items));
                    Durable();
                    break;
                case 14:
                    index.Flush();
                    Durable();
                    break;
                default:
                    index.Compact();
                    Durable();
                    break;
            }

            return index;
        }

        private void Do(Func<int> expected, Func<int> call)
        {
            int count = expected();
            UnderWay = string.Join('\n', _oracle.Items.Values.Select(Oracle.Describe));
            Since.Add(UnderWay);
            Assert.Equal(count, call());
            Acknowledged = UnderWay;
        }

        private void Durable()
        {
            Since.Clear();
            Since.Add(Acknowledged);
        }
    }
}
