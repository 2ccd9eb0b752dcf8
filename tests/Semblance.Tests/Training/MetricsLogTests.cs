using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class MetricsLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semblance-metrics-").FullName;

    private string Log => Path.Combine(_folder, "run", "metrics.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_measurement_is_one_line_of_json()
    {
        Write(new Metrics(3, "train", 0.5, new Dictionary<string, double> { ["loss"] = 0.25, ["rate"] = 1e-5 }));

        Assert.Equal("""{"step":3,"kind":"train","seconds":0.5,"values":{"loss":0.25,"rate":1E-05}}""" + "\n", File.ReadAllText(Log));
    }

    [Fact]
    public void What_was_appended_is_read_back_while_the_log_is_open()
    {
        using MetricsLog log = MetricsLog.Create(Log);
        log.Append(At(1, double.NaN));
        log.Append(At(2, double.PositiveInfinity) with { Text = "stopped:\n\"ä\"" });

        IReadOnlyList<Metrics> read = MetricsLog.Read(Log);

        Assert.Equal([1, 2], read.Select(metrics => metrics.Step));
        Assert.Equal([double.NaN, double.PositiveInfinity], read.Select(metrics => metrics.Values["loss"]));
        Assert.Equal([null, "stopped:\n\"ä\""], read.Select(metrics => metrics.Text));
    }

    [Fact]
    public void Resuming_takes_out_what_came_after_the_checkpoint()
    {
        Write(At(1, 4), At(2, 3), At(3, 2), At(4, 1));

        using (MetricsLog log = MetricsLog.Resume(Log, 2))
        {
            log.Append(At(3, 2.5));
        }

        Assert.Equal([(1, 4), (2, 3), (3, 2.5)], MetricsLog.Read(Log).Select(metrics => (metrics.Step, metrics.Values["loss"])));
    }

    [Fact]
    public void A_run_that_resumes_leaves_the_very_log_of_one_without_a_stop()
    {
        Metrics[] all = [.. Enumerable.Range(1, 4).Select(step => At(step, 1.0 / step))];
        Write(all);
        byte[] whole = File.ReadAllBytes(Log);

        // Killed after every possible number of bytes, resumed at the last checkpoint before, every second step.
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Log, whole[..length]);
            long checkpoint = MetricsLog.Read(Log).Count / 2 * 2;
            using (MetricsLog log = MetricsLog.Resume(Log, checkpoint))
            {
                Array.ForEach(all[(int)checkpoint..], log.Append);
            }
            Assert.Equal(whole, File.ReadAllBytes(Log));
        }
    }

    [Fact]
    public void Resuming_without_a_log_begins_one()
    {
        using (MetricsLog log = MetricsLog.Resume(Log, 5))
        {
            log.Append(At(6, 1));
        }

        Assert.Equal([6], MetricsLog.Read(Log).Select(metrics => metrics.Step));
    }

    [Theory]
    [InlineData("half a li")]
    [InlineData("{\"step\":3")]
    [InlineData("{\"step\":3,\"kind\":\"train\"}\n")]
    [InlineData("\0\0\0\0")]
    public void A_torn_last_line_is_passed_over(string torn)
    {
        Write(At(1, 1), At(2, 2));
        File.AppendAllText(Log, torn);

        Assert.Equal([1, 2], MetricsLog.Read(Log).Select(metrics => metrics.Step));
    }

    [Fact]
    public void A_broken_line_before_the_last_is_named()
    {
        Write(At(1, 1));
        File.AppendAllText(Log, "broken\n");
        File.AppendAllText(Log, File.ReadLines(Log).First() + "\n");

        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => MetricsLog.Read(Log));

        Assert.Equal($"{Log}, line 2: this is not a measurement of a run. Restore the file, or remove the line.", failure.Message);
        Assert.Throws<InvalidDataException>(() => MetricsLog.Resume(Log, 1));
    }

    [Fact]
    public void A_full_disk_is_said_in_one_sentence()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full, the device on which every write finds no space, is not on this system.");
        using MetricsLog log = MetricsLog.Create("/dev/full");

        SemblanceException failure = Assert.Throws<SemblanceException>(() => log.Append(At(1, 1)));

        Assert.Equal("/dev/full cannot be written: its disk is full. Free some space or choose another folder.", failure.Message);
    }

    private void Write(params Metrics[] all)
    {
        using MetricsLog log = MetricsLog.Create(Log);
        Array.ForEach(all, log.Append);
    }

    private static Metrics At(long step, double loss) => new(step, "train", step * 0.5, new Dictionary<string, double> { ["loss"] = loss });
}
