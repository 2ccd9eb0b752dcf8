using System.Text.Json;
using Semblance.Index;
using Semblance.Tests.Cli;
using Xunit;

namespace Semblance.Tests.Serving.Ingestion;

public sealed class IngestVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Photos => _folder.File("photos");

    private string Index => _folder.File("photos.index");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whenever_a_run_is_killed_the_next_one_goes_on_and_ends_the_same()
    {
        const int Images = 600;
        for (int i = 0; i < Images; i++)
        {
            DrawnImages.Write(Photos, $"{i % 7}/{i}.png", i);
        }
        Random random = new(1);
        int killed = 0;
        for (int round = 0; round < 4; round++)
        {
            using CliProcess run = CliProcess.Start("ingest", Photos, "--index", Index);
            Thread.Sleep(random.Next(200, 900));
            killed += run.Runs ? 1 : 0;
            run.Kill();
        }

        Ended ended = CliProcess.Run("ingest", Photos, "--index", Index, "--json").Done();

        Assert.True(killed > 0);
        JsonElement report = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(Images, report.GetProperty("added").GetInt32() + report.GetProperty("unchanged").GetInt32());
        using LiveIndex index = LiveIndex.OpenRead(Index);
        Assert.Equal(Images, index.Count);
        Assert.Empty(index.Verify());
    }

    [Fact]
    public void A_watch_stops_in_order()
    {
        DrawnImages.Write(Photos, "a.png", 1);
        using CliProcess run = CliProcess.Start("ingest", Photos, "--index", Index, "--watch");
        WaitUntil(() => Holds(1), run);
        // The first pass has told what it did when the second begins.
        DrawnImages.Write(Photos, "b.png", 2);
        WaitUntil(() => Holds(2), run);
        run.Signal("INT");

        Ended ended = run.Wait().Done();
        Assert.Contains("1 added", ended.Output, StringComparison.Ordinal);
        Assert.True(Holds(2));
    }

    [Fact]
    public void Wrong_words_are_told()
    {
        Directory.CreateDirectory(Photos);
        CliProcess.Run("ingest", Photos).Refused(2, "--index or --service");
        CliProcess.Run("ingest", _folder.File("nowhere"), "--index", Index).Refused(3, "nowhere is not there");
        CliProcess.Run("ingest", Photos, "--index", Index, "--interval", "0").Refused(2, "--interval is 0");
        CliProcess.Run("ingest", Photos, "--service", "nonsense").Refused(2, "\"nonsense\" is no address");
        CliProcess.Run("ingest", Photos, "--service", "http://127.0.0.1:1").Refused(1, "http://127.0.0.1:1 does not answer");
        using (LiveIndex.Create(Index, new LiveIndexOptions { Bits = 96, Ids = IdKind.Text }))
        {
            CliProcess.Run("ingest", Photos, "--index", Index).Refused(1, "another writer");
        }
        using (LiveIndex.Create(_folder.File("wide.index"), new LiveIndexOptions { Bits = 64, Ids = IdKind.Text }))
        {
        }
        CliProcess.Run("ingest", Photos, "--index", _folder.File("wide.index")).Refused(3, "codes of 64 bits", "96 bits");
    }

    [Fact]
    public void A_run_that_encoded_nothing_ties_the_index_to_no_model()
    {
        Directory.CreateDirectory(Photos);
        File.WriteAllText(Path.Combine(Photos, "bad.png"), "no image at all");
        CliProcess.Run("ingest", Photos, "--index", Index).Done();
        Assert.False(File.Exists(Path.Combine(Index, "encoder.json")));
    }

    private static void WaitUntil(Func<bool> done, CliProcess run)
    {
        for (int i = 0; i < 1200 && !done(); i++)
        {
            Assert.True(run.Runs, "it ended before it was stopped");
            Thread.Sleep(50);
        }
    }

    private bool Holds(long items)
    {
        try
        {
            using LiveIndex index = LiveIndex.OpenRead(Index);
            return index.Count == items;
        }
        catch (InvalidDataException)
        {
            return false; // It is being made.
        }
    }
}
