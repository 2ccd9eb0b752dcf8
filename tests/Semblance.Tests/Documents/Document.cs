using System.Text.RegularExpressions;

namespace Semblance.Tests.Documents;

/// <summary>A Markdown file of the repository, as its readers see it: without comments.</summary>
internal sealed partial record Document(string Path, string Text)
{
    private static readonly string[] Elsewhere = ["bin", "obj", "node_modules", "runs", "quickstart"];

    /// <summary>Every Markdown file, by its path below the root.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Below(new DirectoryInfo(Repository.Root)).Order(StringComparer.Ordinal)];

    /// <summary>The text outside fenced blocks.</summary>
    public string Prose => Fences().Replace(Text, "");

    /// <summary>The folder that relative links start from.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Repository.File(Path))!;

    public static Document Read(string path) => new(path, Comments().Replace(File.ReadAllText(Repository.File(path)), ""));

    /// <summary>The fenced blocks of a language.</summary>
    public IEnumerable<string> Blocks(string language) => Fences().Matches(Text).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    /// <summary>Targets of links and pictures.</summary>
    public IEnumerable<string> Links() => Targets().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>What stands in the code style within the text.</summary>
    public IEnumerable<string> Spans() => Quoted().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>The names by which links reach the headings.</summary>
    public IEnumerable<string> Anchors() => Headings().Matches(Prose).Select(match => NoLetters().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>The cells of a table's rows whose first cell is in the code style, below a heading; code style removed.</summary>
    public IEnumerable<string[]> Rows(string heading) => Section(heading).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Replace("`", "", StringComparison.Ordinal).Trim()).ToArray());

    /// <summary>The text below a heading, up to the next one; empty where there is no such heading.</summary>
    public string Section(string heading)
    {
        Match found = Regex.Match(Text, $"^#+ {Regex.Escape(heading)}\n(.*?)(?=^#|\\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        return found.Groups[1].Value;
    }

    private static IEnumerable<string> Below(DirectoryInfo folder) => folder.EnumerateFiles("*.md").Select(file => System.IO.Path.GetRelativePath(Repository.Root, file.FullName))
        .Concat(folder.EnumerateDirectories().Where(inner => inner.Name[0] != '.' && !Elsewhere.Contains(inner.Name)).SelectMany(Below));

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^```([a-z]*)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Targets();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetters();
}
