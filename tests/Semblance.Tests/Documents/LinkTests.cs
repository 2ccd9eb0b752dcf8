using System.Text.RegularExpressions;
using Xunit;

namespace Semblance.Tests.Documents;

/// <summary>Every link and every path that a document names leads somewhere.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => [.. Document.Paths];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_to_a_file_and_to_a_heading_of_it(string path)
    {
        Document document = Document.Read(path);

        Assert.All(document.Links(), link => Assert.True(link.StartsWith("https://", StringComparison.Ordinal) || Leads(document, link), $"{path}: {link} leads nowhere."));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_that_is_named_is_there(string path)
    {
        Document document = Document.Read(path);

        Assert.All(document.Spans().Where(span => Paths().IsMatch(span)), span => Assert.True(Path.Exists(Repository.File(span)) || Path.Exists(Path.Combine(document.Folder, span)), $"{path}: {span} is not there."));
    }

    [Fact]
    public void The_check_sees_links_paths_and_headings()
    {
        Document document = new("docs/x.md", "# A b: c\n[one](recipes.md#data) ![two](no.png) `src/Semblance` `docs/none.md` `a.b`\n```\n[three](x)\n```\n");

        Assert.Equal(["recipes.md#data", "no.png"], document.Links());
        Assert.Equal(["src/Semblance", "docs/none.md"], document.Spans().Where(span => Paths().IsMatch(span)));
        Assert.Equal(["a-b-c"], document.Anchors());
        Assert.True(Leads(document, "recipes.md#data"));
        Assert.False(Leads(document, "recipes.md#none"));
        Assert.False(Leads(document, "no.png"));
    }

    private static bool Leads(Document document, string link)
    {
        string[] parts = link.Split('#');
        string file = parts[0].Length == 0 ? Repository.File(document.Path) : Path.GetFullPath(Path.Combine(document.Folder, parts[0]));
        return Path.Exists(file) && (parts.Length == 1 || Document.Read(Path.GetRelativePath(Repository.Root, file)).Anchors().Contains(parts[1]));
    }

    /// <summary>What begins with a folder of the repository, or is the name of a Markdown file.</summary>
    [GeneratedRegex(@"^((\.\./|\./)?(src|tests|docs|recipes|bench|web|scripts|\.ci)/[\w./-]*|native/(?!build)[\w./-]*|[\w./-]+\.md)$")]
    private static partial Regex Paths();
}
