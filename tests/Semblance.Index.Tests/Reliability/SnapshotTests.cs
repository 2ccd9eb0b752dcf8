using System.Globalization;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>Readers beside a writer and merges: every snapshot is one state that the index was in.</summary>
/// <remarks>
/// The items are accounts: a code of few values, and a balance as payload. Every call of the writer moves money, closes an account and opens another, all at once. So in every
/// state there are as many accounts as at first, and as much money.
/// </remarks>
public sealed class SnapshotTests : IDisposable
{
    private const int Accounts = 150;
    private const long Money = 1000 * Accounts;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_snapshot_is_one_state_while_one_writes_and_segments_are_merged()
    {
        int calls = Effort.Of(250, 3_000);
        LiveIndexOptions options = new() { Bits = 64, MemoryRows = 100, Durability = Durability.None, AutomaticCompaction = true };
        using LiveIndex index = LiveIndex.Create(_folder.File("index"), options);
        Dictionary<int, long> balances = Enumerable.Range(0, Accounts).ToDictionary(account => account, _ => Money / Accounts);
        index.Upsert([.. balances.Select(account => Account(account.Key, account.Value))]);
        using LiveIndex beside = LiveIndex.OpenRead(_folder.File("index"));
        using var done = new CancellationTokenSource();
        Task<int>[] readers =
        [
            Task.Run(() => Read(index, () => { }, done.Token)),
            Task.Run(() => Read(index, () => { }, done.Token)),
            Task.Run(() => Read(beside, beside.Refresh, done.Token)),
        ];
        Task merging = Task.Run(() => MergeAgainAndAgain(index, done.Token));
        Write(index, balances, calls);
        await done.CancelAsync();
        await merging;
        int[] snapshots = await Task.WhenAll(readers);
        Assert.All(snapshots, count => Assert.True(count > 0));
        Assert.Null(index.Info().Warning);
        Effort.Report($"{snapshots.Sum()} snapshots on {readers.Length} threads, one of them a reader of the files, beside {calls} calls and merges; seed 1");
    }

    private static void Write(LiveIndex index, Dictionary<int, long> balances, int calls)
    {
        var random = new Random(1);
        int next = Accounts;
        for (int call = 0; call < calls; call++)
        {
            // One call puts or deletes. So an account is closed by putting it without a balance, in the call that opens the one that takes its place.
            int[] two = [.. balances.Keys.OrderBy(_ => random.Next()).Take(2)];
            long moved = random.NextInt64(balances[two[0]] + 1);
            balances[two[0]] -= moved;
            balances[two[1]] += moved;
            List<Item> changed = [Account(two[0], balances[two[0]]), Account(two[1], balances[two[1]])];
            if (call % 3 == 0)
            {
                int closed = two[0];
                changed.RemoveAll(item => item.Id.Number == closed);
                changed.Add(new Item(closed, new ulong[] { 0 }, ["closed"]));
                balances[next] = balances[closed];
                balances.Remove(closed);
                changed.Add(Account(next, balances[next]));
                next++;
            }

            Assert.Equal(changed.Count - (call % 3 == 0 ? 1 : 0), index.Upsert(changed));
            if (call % 50 == 49)
            {
                // Closed accounts are no part of the sums, so they may go in a call of their own.
                index.Delete([.. Enumerable.Range(Math.Max(0, next - 400), Math.Min(next, 400)).Where(account => !balances.ContainsKey(account)).Select(account => new ItemId(account))]);
            }
        }
    }

    private static int Read(LiveIndex index, Action refresh, CancellationToken done)
    {
        int count = 0;
        do
        {
            refresh();
            using Snapshot snapshot = index.Snapshot();
            Item[] open = [.. snapshot.Items().Where(item => item.Payload is not null)];
            Assert.Equal((Accounts, Money), (open.Length, open.Sum(item => long.Parse(item.Payload!, CultureInfo.InvariantCulture))));
            ItemMatch[] found = snapshot.Nearest([0], int.MaxValue, new LiveSearchOptions { Filter = !Filter.Any("closed"), Items = true });
            Assert.Equal((Accounts, Money), (found.Length, found.Sum(match => long.Parse(match.Item!.Payload!, CultureInfo.InvariantCulture))));
            Assert.Equal(open.Select(item => item.Id), found.Select(match => match.Id).Order());
            Assert.All(open.Take(20), item => Assert.Equal(item.Payload, snapshot.Find(item.Id)!.Payload));
            count++;
        }
        while (!done.IsCancellationRequested);
        return count;
    }

    private static void MergeAgainAndAgain(LiveIndex index, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            index.Compact(cancellation: CancellationToken.None);
            Thread.Sleep(1);
        }
    }

    private static Item Account(int number, long balance) => new(number, new ulong[] { (ulong)number % 7 }, null, balance.ToString(CultureInfo.InvariantCulture));
}
