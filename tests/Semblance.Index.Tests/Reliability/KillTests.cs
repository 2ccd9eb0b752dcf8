using System.Diagnostics;
using System.Globalization;
using Semblance.Index;
using Semblance.Index.Storage;
using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>A process that writes with several threads is killed at any moment, again and again on the same index.</summary>
public sealed class KillTests : IDisposable
{
    private const int Threads = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, IdKind.Number, 0)]
    [InlineData(2, IdKind.Text, 5)]
    [InlineData(3, IdKind.Number, -1)]
    public async Task What_was_acknowledged_is_there_after_a_kill_and_nothing_by_half(int seed, IdKind ids, int delay)
    {
        int kills = Effort.Of(2, 170);
        var random = new Random(seed);
        Oracle[] oracles = [.. Enumerable.Range(0, Threads).Select(_ => new Oracle())];
        var calls = new int[Threads];
        for (int kill = 0; kill < kills; kill++)
        {
            int[] acknowledged = await WriteAndKill(seed, ids, delay, random, calls);
            for (int thread = 0; thread < Threads; thread++)
            {
                for (; calls[thread] < acknowledged[thread]; calls[thread]++)
                {
                    new ThreadScript(seed, thread, ids).Do(calls[thread], oracles[thread]);
                }
            }

            // Every other time the next writer, which may be killed as well, is the first to open what was left.
            Require(seed, ids, oracles, calls, write: kill % 2 == 0 || kill == kills - 1);
        }

        Effort.Report($"{kills} kills, {calls.Sum()} calls acknowledged by {Threads} threads, {oracles.Sum(oracle => oracle.Items.Count)} items at the end; ids {ids}, durability {WriterToKill.DurabilityOf(delay)}, seed {seed}");
        Assert.True(calls.Sum() > kills, "hardly a call was acknowledged");
    }

    /// <summary>Runs the writer until it is killed.</summary>
    /// <returns>How many calls of each thread were acknowledged.</returns>
    private async Task<int[]> WriteAndKill(int seed, IdKind ids, int delay, Random random, int[] calls)
    {
        using Process writer = ChildProcess.Start([], [WriterToKill.Verb, _folder.File("index"), seed, ids, delay, .. calls.Cast<object>()]);
        int[] acknowledged = [.. calls];

        // Some are killed by time, perhaps while they open the index; the others after so many calls.
        bool byTime = random.Next(4) == 0;
        int left = byTime ? int.MaxValue : random.Next(1, delay == 0 ? 120 : 500);
        int after = random.Next(20, 300);
        Task killing = byTime ? Task.Delay(after).ContinueWith(_ => writer.Kill(), TaskScheduler.Default) : Task.CompletedTask;
        while (await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line may be cut off: then it was not said.
            if (line.Split(' ') is [var thread, var call] && int.TryParse(call, CultureInfo.InvariantCulture, out int number) && int.Parse(thread, CultureInfo.InvariantCulture) is var t && number == acknowledged[t])
            {
                acknowledged[t]++;
            }

            if (--left == 0)
            {
                writer.Kill();
            }
        }

        await killing;
        await writer.WaitForExitAsync();
        Assert.Equal("", await writer.StandardError.ReadToEndAsync());
        return acknowledged;
    }

    private void Require(int seed, IdKind ids, Oracle[] oracles, int[] calls, bool write)
    {
        if (!File.Exists(Path.Combine(_folder.File("index"), FileNames.Manifest)))
        {
            Assert.Equal(0, calls.Sum());
            return;
        }

        using LiveIndex index = write ? LiveIndex.Open(_folder.File("index")) : LiveIndex.OpenRead(_folder.File("index"));
        using Snapshot snapshot = index.Snapshot();
        ILookup<int, Item> found = snapshot.Items().ToLookup(item => ThreadScript.ThreadOf(item.Id));
        for (int thread = 0; thread < Threads; thread++)
        {
            Item[] items = [.. found[thread]];
            if (Expectation.Same([.. oracles[thread].Items.Values], items))
            {
                continue;
            }

            // The call that was under way may count, wholly.
            new ThreadScript(seed, thread, ids).Do(calls[thread], oracles[thread]);
            Assert.Equal(oracles[thread].Items.Values.Select(Oracle.Describe), items.Select(Oracle.Describe));
            calls[thread]++;
        }

        Oracle all = new();
        all.Put(oracles.SelectMany(oracle => oracle.Items.Values));
        all.RequireSame(snapshot, [3, 1]);
        Assert.Empty(index.Verify());
    }
}
