using System.Globalization;
using Semblance.Bench.Serving;
using Semblance.Deduplication;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>The service as a process under load. <c>SEMBLANCE_SOAK_MINUTES=60</c> makes the mixed load last as long and holds memory to 5 %.</summary>
public sealed class ServiceReliabilityTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static bool All => Environment.GetEnvironmentVariable("SEMBLANCE_TEST_ALL") == "1";

    private static double SoakMinutes => double.Parse(Environment.GetEnvironmentVariable("SEMBLANCE_SOAK_MINUTES") is { Length: > 0 } text ? text : "0.1", CultureInfo.InvariantCulture);

    private string Index => _folder.File("photos.index");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kill_9_under_load()
    {
        CreateIndex();
        Ledger ledger = new();
        long answers = 0;
        Random random = new(1);
        for (int round = 0; round < (All ? 50 : 3); round++)
        {
            using (ServerProcess server = Serve())
            using (MixedLoad load = new(server.Port, TimeSpan.Zero) { Ledger = ledger })
            {
                Assert.Empty(ledger.Compare(await load.HeldAsync(Stop)));
                Task running = load.RunAsync(writers: 8, searchers: 2, hostile: 1, round, Stop);
                long enough = random.Next(100, 1000);
                while (load.Answers < enough)
                {
                    await Task.Delay(5, Stop);
                }
                server.Dispose();
                await running;
                Assert.Empty(load.Unexpected);
                answers += load.Answers;
            }
        }
        using ServerProcess last = Serve();
        using MixedLoad check = new(last.Port, TimeSpan.Zero);
        Assert.Empty(ledger.Compare(await check.HeldAsync(Stop)));
        Assert.True(answers > 0 && ledger.Ids.Count > 0);
        output.WriteLine($"{answers} answers, {ledger.Ids.Count} ids");
    }

    [Fact]
    public async Task A_mixed_load_is_answered_without_failures_in_steady_memory()
    {
        CreateIndex();
        TimeSpan time = TimeSpan.FromMinutes(SoakMinutes);
        using ServerProcess server = Serve();
        using MixedLoad load = new(server.Port, TimeSpan.FromMilliseconds(2));
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        over.CancelAfter(time);
        Task running = load.RunAsync(writers: 6, searchers: 6, hostile: 2, 1, over.Token);
        List<(double All, double Anonymous)> memory = await SampleAsync(server, load, running, time);

        Assert.True(load.Unexpected.IsEmpty, string.Join('\n', load.Unexpected.Take(5)));
        Assert.True(load.Answers > 0);
        Assert.Empty(load.Ledger.Compare(await load.HeldAsync(Stop)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.Answers} answers in {time.TotalMinutes:0.0} minutes, {load.Ledger.Ids.Count} ids"));
        if (SoakMinutes >= 10)
        {
            double warm = Mean(memory, 0.2, 0.3), end = Mean(memory, 0.9, 1);
            Assert.True(end <= 1.05 * warm, string.Create(CultureInfo.InvariantCulture, $"{end:0.0} MiB at the end and {warm:0.0} after the warm-up."));
        }
        server.Dispose();
        using LiveIndex index = LiveIndex.OpenRead(Index);
        Assert.Empty(index.Verify(cancellation: Stop));
    }

    private async Task<List<(double All, double Anonymous)>> SampleAsync(ServerProcess server, MixedLoad load, Task running, TimeSpan time)
    {
        List<(double All, double Anonymous)> memory = [];
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(time / (SoakMinutes < 1 ? 6 : 60), Stop));
            memory.Add(server.Resident);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.Answers} answers, {memory[^1].All:0.0} MiB resident, {memory[^1].Anonymous:0.0} of no file, {load.Unexpected.Count} unexpected"));
        }
        await running;
        return memory;
    }

    private static double Mean(List<(double All, double Anonymous)> memory, double from, double to) => memory[(int)(from * memory.Count)..(int)(to * memory.Count)].Average(sample => sample.All);

    private void CreateIndex() => LiveIndex.Create(Index, new LiveIndexOptions { Bits = PerceptualHash.Bits, Ids = IdKind.Text }).Dispose();

    private ServerProcess Serve() => ServerProcess.Start("--index", Index, "--images", Directory.CreateDirectory(_folder.File("images")).FullName);
}
