using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

public sealed class QuickstartTests
{
    [Fact]
    public void The_users_own_class_folders_begin_to_train_and_an_interruption_is_gone_on_from()
    {
        using TinyRun tiny = new(classes: 4, each: 24);
        string[] quickstart = ["quickstart", "--images", tiny.Images, "--out", tiny.File("quick")];
        foreach (int steps in new[] { 2, 4 })
        {
            using CliProcess process = CliProcess.Start(quickstart);
            string metrics = tiny.File("quick/run/metrics.jsonl");
            while (process.Runs && !(File.Exists(metrics) && ReadShared(metrics).Count(character => character == '\n') >= steps))
            {
                Thread.Sleep(5);
            }
            process.Signal("INT");
            Ended ended = process.Wait();
            Assert.True(ended.Code == 130, ended.Error);
        }
        Assert.Single(Directory.GetFiles(tiny.File("quick/run/checkpoints")));
        Assert.False(Directory.Exists(tiny.File("quick/images")));
    }

    private static string ReadShared(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
