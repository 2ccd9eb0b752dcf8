using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Evaluation;
using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private const string Nasty = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!--";

    [Fact]
    public void The_same_report_gives_the_same_page() => Assert.Equal(HtmlReport.Render(SampleReport.Full), HtmlReport.Render(SampleReport.Full));

    [Fact]
    public void Text_from_data_never_becomes_markup()
    {
        string page = HtmlReport.Render(EveryStringIs(Nasty));

        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Equal(2, Occurrences(page, "<script"));
        Assert.Equal(2, Occurrences(page, "</script"));
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_data_arrives_unchanged_in_the_data_block()
    {
        JsonElement chart = Data(HtmlReport.Render(EveryStringIs(Nasty))).GetProperty("charts")[0];

        Assert.Equal(Nasty, chart.GetProperty("series")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        string page = WithoutOwnScript(HtmlReport.Render(SampleReport.Full));

        foreach (Match reference in References().Matches(page))
        {
            Assert.Matches("^(data:image/(png|jpeg);base64,|#)", reference.Groups["to"].Value);
        }
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", WithoutPictures(page).Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_policy_allows_the_pages_own_script_and_style_and_nothing_else()
    {
        string page = HtmlReport.Render(SampleReport.Full);
        string policy = Regex.Match(page, "Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;

        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{Hash(Between(page, "<script>", "</script>"))}'", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(Between(page, "<style>", "</style>"))}'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("<[a-z]+[^>]* (style|on[a-z]+)=", WithoutPictures(WithoutOwnScript(page)));
    }

    [Fact]
    public void Every_chart_has_its_place_in_the_page()
    {
        string page = HtmlReport.Render(SampleReport.Full);

        string[] charts = [.. Data(page).GetProperty("charts").EnumerateArray().Select(chart => chart.GetProperty("id").GetString()!)];
        Assert.Equal(["loss", "validation", "learning-rate", "precision-recall-chart", "distances", "bits", "bit-correlation"], charts);
        Assert.All(charts, id => Assert.Contains($"<figure class=\"chart\" id=\"{id}\">", page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_full_report_has_every_section_and_says_where_they_are()
    {
        string page = HtmlReport.Render(SampleReport.Full);

        Assert.Equal(["scores", "training", "gallery", "precision-recall", "codes", "classes", "settings"], SectionsOf(page));
        Assert.All(SectionsOf(page), id => Assert.Contains($"<li><a href=\"#{id}\">", page, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_missing_in_the_data_is_missing_in_the_page()
    {
        Assert.Equal(["gallery"], SectionsOf(HtmlReport.Render(SampleReport.GalleryOnly)));
        Assert.Empty(SectionsOf(HtmlReport.Render(new RunReport { Title = "Nothing yet" })));
        RunReport hollow = new()
        {
            Title = "Nothing yet",
            Scores = new ScoreTable([]),
            Training = new TrainingCurves { Losses = [new Curve("total", [], [])] },
            PrecisionRecall = new PrecisionRecall([], ""),
            Classes = new ClassTable([], [], []),
            Gallery = new Gallery([new GalleryGroup("Best", [])]),
            Settings = new RunSettings([]),
        };
        Assert.Empty(SectionsOf(HtmlReport.Render(hollow)));
    }

    [Fact]
    public void A_gallery_alone_needs_no_navigation_and_no_verdicts()
    {
        string page = HtmlReport.Render(SampleReport.GalleryOnly);

        Assert.DoesNotContain("<nav", page, StringComparison.Ordinal);
        Assert.Contains("class=\"hit unknown\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"sign\"", page, StringComparison.Ordinal);
        Assert.Contains("no picture", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Right_and_wrong_are_told_by_word_and_sign_as_well_as_by_colour()
    {
        string page = HtmlReport.Render(SampleReport.Full);

        Assert.Equal(Occurrences(page, "class=\"hit right\""), Occurrences(page, "<span class=\"spoken\">right</span>"));
        Assert.Equal(Occurrences(page, "class=\"hit wrong\""), Occurrences(page, "<span class=\"spoken\">wrong</span>"));
        Assert.True(Occurrences(page, "class=\"hit wrong\"") > 0);
    }

    [Fact]
    public void Every_score_has_its_protocol_on_the_page()
    {
        string page = HtmlReport.Render(SampleReport.Full);

        foreach (ReportScore score in SampleReport.Full.Scores!.Rows.SelectMany(row => row.Scores))
        {
            Assert.Contains($"<code>{score.Score.ProtocolId}</code>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Scores_under_different_protocols_get_different_columns()
    {
        ScoreTable table = new([new("ours", [new(new Score("mAP", 0.5, "ties=expected")), new(new Score("R", 0.5, "r"))]), new("theirs", [new(new Score("mAP", 0.6, "ties=stable")), new(new Score("R", 0.4, "r"))], IsBaseline: true)]);

        string page = HtmlReport.Render(new RunReport { Title = "Scores", Scores = table });

        Assert.Equal(2, Occurrences(page, "class=\"missing\">not measured"));
        Assert.Equal(1, Occurrences(page, "class=\"beside\""));
    }

    [Fact]
    public void Rows_without_a_column_in_common_stand_in_tables_of_their_own_and_each_protocol_once()
    {
        ScoreTable table = new(
        [
            new("plain", [new(new Score("many", 0.5, "groups")), new(new Score("few", 0.1, "groups"))]),
            new("after", [new(new Score("many", 0.6, "groups/post=x"))]),
            new("baseline", [new(new Score("few", 0.2, "groups")), new(new Score("other", 0.2, "o"))], IsBaseline: true),
        ]);

        string page = HtmlReport.Render(new RunReport { Title = "Scores", Scores = table });

        Assert.Equal(2, Occurrences(page, "<table class=\"scores\""));
        Assert.Equal(2, Occurrences(page, "class=\"missing\">not measured"));
        Assert.Contains("""<li id="protocol-1"><span>many, few</span> <code>groups</code></li><li id="protocol-2"><span>other</span> <code>o</code></li></ol>""", page, StringComparison.Ordinal);
        Assert.Contains("""<li id="protocol-3"><span>many</span> <code>groups/post=x</code></li></ol>""", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_is_made_of_the_scores_where_none_is_given()
    {
        ScoreTable table = new([new("HHF", [new(new Score("mAP@all", 0.5312, "p"))]), new("ITQ", [new(new Score("mAP@all", 0.2261, "p"))], IsBaseline: true), new("random", [new(new Score("mAP@all", 0.1, "p"))], IsBaseline: true)]);

        Assert.Equal("HHF reaches mAP@all 0.531; the best baseline, ITQ, 0.226.", table.Describe());
        Assert.Contains(table.Describe(), HtmlReport.Render(new RunReport { Title = "t", Scores = table }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_no_number_leaves_a_gap()
    {
        RunReport report = new() { Title = "t", Training = new TrainingCurves { Losses = [new Curve("total", [1, 2, 3], [1.5, double.NaN, double.PositiveInfinity])] } };

        JsonElement values = Data(HtmlReport.Render(report)).GetProperty("charts")[0].GetProperty("series")[0].GetProperty("y");

        Assert.Equal([JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.Null], values.EnumerateArray().Select(value => value.ValueKind));
    }

    [Fact]
    public void The_page_without_pictures_stays_small_even_for_a_million_steps()
    {
        long[] steps = [.. Enumerable.Range(0, 1_000_000).Select(step => (long)step)];
        double[] values = [.. steps.Select(step => 1.0 / (1 + step) * (1 + (0.1 * (step % 7))))];
        RunReport report = new() { Title = "Long", Training = new TrainingCurves { Losses = [new Curve("total", steps, values), new Curve("term", steps, values)] } };

        Assert.InRange(HtmlReport.Render(report).Length, 100_000, 450_000);
    }

    [Fact]
    public void A_full_page_is_below_two_megabytes() => Assert.InRange(HtmlReport.Render(SampleReport.Full).Length, 300_000, 2_000_000);

    [Fact]
    public void The_page_is_written_whole_and_leaves_nothing_beside_it()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "new", "report.html");

        HtmlReport.Write(path, SampleReport.GalleryOnly);
        HtmlReport.Write(path, SampleReport.GalleryOnly with { Title = "Second" });

        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Equal(HtmlReport.Render(SampleReport.GalleryOnly with { Title = "Second" }), File.ReadAllText(path));
    }

    [Fact]
    public void A_report_that_cannot_be_rendered_leaves_the_old_page()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "report.html");
        HtmlReport.Write(path, SampleReport.GalleryOnly);
        RunReport faulty = new() { Title = "t", PrecisionRecall = new PrecisionRecall([new RadiusCurve("ours", new PrecisionRecallCurve([0, 1], [1, 0.5], [0.5]))], "p") };

        ArgumentException error = Assert.Throws<ArgumentException>(() => HtmlReport.Write(path, faulty));

        Assert.Contains("2 radii, 2 precisions and 1 recalls", error.Message, StringComparison.Ordinal);
        Assert.Equal(HtmlReport.Render(SampleReport.GalleryOnly), File.ReadAllText(path));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "data:image/jpeg;base64,")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "data:image/png;base64,")]
    [InlineData(new byte[] { 0x47, 0x49, 0x46, 0x38, 0x39 }, "data:image/gif;base64,")]
    public void A_thumbnail_knows_its_kind_by_its_first_bytes(byte[] bytes, string start) =>
        Assert.StartsWith(start, new Thumbnail(bytes).DataUri, StringComparison.Ordinal);

    [Fact]
    public void A_thumbnail_of_another_kind_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Thumbnail("<svg/>"u8.ToArray()));

        Assert.StartsWith("The 6 bytes given are no JPEG, PNG, WebP or GIF file; a page can show only those.", error.Message, StringComparison.Ordinal);
    }

    private static RunReport EveryStringIs(string text) => new()
    {
        Title = text,
        Run = text,
        Summary = text,
        Training = new TrainingCurves { Losses = [new Curve(text, [1, 2], [2, 1]) { Protocol = text }] },
        Scores = new ScoreTable([new ScoreRow(text, [new ReportScore(new Score(text, 0.5, text))]), new ScoreRow(text, [new ReportScore(new Score(text, 0.25, text))], IsBaseline: true)]),
        PrecisionRecall = new PrecisionRecall([new RadiusCurve(text, new PrecisionRecallCurve([0], [1], [1]))], text),
        Classes = new ClassTable([text], [text], [new ClassRow(text, 1, [0.5])]),
        Gallery = new Gallery([new GalleryGroup(text, [new GalleryQuery(null, text, [new GalleryHit(null, text, 1, true)]) { Score = (text, 1) }]) { Note = text }], text) { Protocol = text },
        Settings = new RunSettings([new(text, text)], text),
    };

    private static string[] SectionsOf(string page) => [.. Regex.Matches(page, "<section id=\"([a-z-]+)\"").Select(match => match.Groups[1].Value)];

    private static JsonElement Data(string page) => JsonDocument.Parse(Between(page, "id=\"report-data\">", "</script>")).RootElement;

    private static string Between(string page, string start, string end)
    {
        int from = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return page[from..page.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string WithoutOwnScript(string page) => page.Replace(Between(page, "<script>", "</script>"), "", StringComparison.Ordinal);

    private static string WithoutPictures(string page) => Regex.Replace(page, "data:image/[a-z]+;base64,[A-Za-z0-9+/=]*", "");

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static int Occurrences(string page, string part) => Regex.Count(page, Regex.Escape(part));

    [GeneratedRegex("(?:src|href|action|data|poster|srcset)=\"(?<to>[^\"]*)\"")]
    private static partial Regex References();
}
