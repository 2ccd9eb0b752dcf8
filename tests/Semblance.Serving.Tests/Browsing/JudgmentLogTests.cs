using Semblance.Serving.Browsing;
using Xunit;

namespace Semblance.Tests.Serving.Browsing;

public sealed class JudgmentLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "photos.judgments.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_judgment_of_a_pair_counts_and_is_there_after_opening_again()
    {
        using (JudgmentLog log = new(FilePath))
        {
            log.Add(new JudgedQuery(Id: "a"), "b", true);
            log.Add(new JudgedQuery(Id: "a"), "c", true);
            log.Add(new JudgedQuery(Code: "ff"), "b", false);
            log.Add(new JudgedQuery(Id: "a"), "b", false);
            Assert.True(log.Remove(new JudgedQuery(Id: "a"), "c"));
            Assert.False(log.Remove(new JudgedQuery(Id: "a"), "c"));
        }

        using JudgmentLog again = new(FilePath);
        Assert.Equal([(new JudgedQuery(Code: "ff"), "b", false), (new JudgedQuery(Id: "a"), "b", false)], again.All().Select(judgment => (judgment.Query, judgment.Item, judgment.Relevant)));
        Assert.Equal("b", Assert.Single(again.All(new JudgedQuery(Id: "a"))).Item);
    }

    [Fact]
    public void A_file_cut_off_anywhere_opens_with_all_whole_lines_and_takes_more()
    {
        using (JudgmentLog log = new(FilePath))
        {
            log.Add(new JudgedQuery(Id: "ä"), "b", true);
            log.Add(new JudgedQuery(Id: "ä"), "c", true);
        }
        byte[] whole = File.ReadAllBytes(FilePath);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;

        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            using (JudgmentLog log = new(FilePath))
            {
                Assert.Equal(length == whole.Length ? 2 : length >= first ? 1 : 0, log.All().Count);
                log.Add(new JudgedQuery(Id: "d"), "e", false);
            }
            using JudgmentLog again = new(FilePath);
            Assert.Equal("e", again.All()[^1].Item);
        }
    }

    [Theory]
    [InlineData("{\"query\":{\"id\":\"a\"},\"item\":\"b\",\"relevant\":true,\"time\":\"2026-01-01T00:00:00Z\"}\nnonsense\n", "line 2: nonsense is no judgment")]
    [InlineData("{\"query\":{\"id\":\"a\",\"code\":\"ff\"},\"item\":\"b\",\"time\":\"2026-01-01T00:00:00Z\"}\n", "line 1: a judgment needs a query with an id or a code")]
    [InlineData("{}\n", "line 1: {} is no judgment")]
    [InlineData("null\n", "line 1: a judgment needs")]
    public void A_line_that_is_no_judgment_is_named(string text, string message)
    {
        File.WriteAllText(FilePath, text);
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => new JudgmentLog(FilePath));
        Assert.StartsWith(FilePath, refused.Message, StringComparison.Ordinal);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_mostly_overtaken_lines_is_written_anew()
    {
        using (JudgmentLog log = new(FilePath))
        {
            log.Add(new JudgedQuery(Id: "a"), "b", true);
        }
        string line = File.ReadAllText(FilePath);
        File.WriteAllText(FilePath, string.Concat(Enumerable.Repeat(line, 1_500)));

        using JudgmentLog again = new(FilePath);
        Assert.Equal(line, File.ReadAllText(FilePath));
        again.Add(new JudgedQuery(Id: "a"), "c", false);
        Assert.Equal(2, File.ReadAllLines(FilePath).Length);
    }

    [Fact]
    public void No_more_judgments_than_asked_for_are_kept_and_a_second_writer_is_refused()
    {
        using JudgmentLog log = new(FilePath, most: 1);
        log.Add(new JudgedQuery(Id: "a"), "b", true);
        log.Add(new JudgedQuery(Id: "a"), "b", false);
        Assert.Contains("holds 1 judgments", Assert.Throws<SemblanceException>(() => log.Add(new JudgedQuery(Id: "a"), "c", true)).Message, StringComparison.Ordinal);

        using JudgmentLog second = new(FilePath);
        string refused = Assert.Throws<SemblanceException>(() => second.Add(new JudgedQuery(Id: "a"), "c", true)).Message;
        Assert.StartsWith("another server keeps the judgments", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, refused, StringComparison.Ordinal);
        Assert.Single(second.All());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_another_has_written_since_the_file_was_opened_is_kept(bool remove)
    {
        using JudgmentLog late = new(FilePath);
        using (JudgmentLog writer = new(FilePath))
        {
            writer.Add(new JudgedQuery(Id: "a"), "b", true);
            writer.Add(new JudgedQuery(Id: "a"), "c", true);
        }
        File.AppendAllText(FilePath, "{\"que"); // A crash has cut it off.

        Assert.True(remove ? late.Remove(new JudgedQuery(Id: "a"), "c") : late.Add(new JudgedQuery(Id: "a"), "d", true));
        using JudgmentLog again = new(FilePath);
        Assert.Equal(remove ? ["b"] : ["b", "c", "d"], again.All().Select(judgment => judgment.Item));
        Assert.Equal(late.All(), again.All());
    }

    [Fact]
    public void A_file_that_another_writes_is_not_written_anew()
    {
        using JudgmentLog writer = new(FilePath);
        for (int i = 0; i < 1_001; i++)
        {
            writer.Add(new JudgedQuery(Id: "a"), "b", i % 2 == 0);
        }
        using JudgmentLog reader = new(FilePath);
        Assert.Single(reader.All());
        writer.Add(new JudgedQuery(Id: "a"), "c", true);

        using JudgmentLog again = new(FilePath);
        Assert.Equal(["b", "c"], again.All().Select(judgment => judgment.Item));
    }

    [Fact]
    public void Lines_that_another_has_damaged_since_are_named_and_left()
    {
        using JudgmentLog late = new(FilePath);
        File.WriteAllText(FilePath, "nonsense\n");
        Assert.Contains("line 1: nonsense is no judgment", Assert.Throws<SemblanceException>(() => late.Add(new JudgedQuery(Id: "a"), "b", true)).Message, StringComparison.Ordinal);
        Assert.Equal("nonsense\n", File.ReadAllText(FilePath));

        File.Delete(FilePath);
        Assert.True(late.Add(new JudgedQuery(Id: "a"), "b", true));
    }
}
