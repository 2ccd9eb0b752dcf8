using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Semblance.Tests;

/// <summary>Who may use whom: every <c>using</c> line and every namespace that the sources name is held to the directions of the house.</summary>
public sealed class HouseTests
{
    /// <summary>What each project may use of ours.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Semblance.Index"] = [],
        ["Semblance.Tensors"] = [],
        ["Semblance"] = ["Semblance.Index", "Semblance.Tensors"],
        ["Semblance.Serving"] = ["Semblance", "Semblance.Index", "Semblance.Tensors"],
        ["Semblance.Cli"] = ["Semblance.Serving", "Semblance", "Semblance.Index", "Semblance.Tensors"],
    };

    /// <summary>What each room of <c>src/Semblance</c> may use of ours, beside <c>IO</c> and the few files at the root, which serve all.</summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        [""] = [],
        ["IO"] = [],
        ["Data"] = ["Semblance.Tensors.Images"],
        ["Models"] = ["Semblance.Tensors"],
        ["Losses"] = ["Semblance.Tensors"],
        ["Sampling"] = [],
        ["Curriculum"] = ["Semblance.Evaluation"],
        ["Evaluation"] = ["Semblance.Index"],
        ["Reports"] = ["Semblance.Evaluation"],
        ["Encoders"] = ["Semblance.Data", "Semblance.Models", "Semblance.Tensors", "Semblance.Index"],
        ["Deduplication"] = ["Semblance.Data", "Semblance.Encoders", "Semblance.Reports", "Semblance.Tensors.Images", "Semblance.Index"],
        ["Training"] =
        [
            "Semblance.Data", "Semblance.Models", "Semblance.Losses", "Semblance.Sampling", "Semblance.Curriculum", "Semblance.Evaluation", "Semblance.Encoders", "Semblance.Reports",
            "Semblance.Tensors", "Semblance.Index",
        ],
    };

    public static TheoryData<string> ProjectNames => [.. Directory.GetDirectories(Repository.File("src")).Select(folder => Path.GetFileName(folder)!)];

    public static TheoryData<string> RoomNames =>
        [.. Directory.GetDirectories(Repository.File("src/Semblance")).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj"))];

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void A_project_uses_only_what_lies_below_it(string project)
    {
        Assert.True(Projects.TryGetValue(project, out string[]? allowed), $"src/{project} has no line in HouseTests; say what it may use.");
        string path = Repository.File($"src/{project}/{project}.csproj");
        string[] referenced = [.. XDocument.Load(path).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];
        Assert.Empty(referenced.Except(allowed!).Select(other => $"{project} refers to {other}"));
        Assert.Empty(Sources($"src/{project}").SelectMany(source => source.Names.Where(name => !Projects.Keys.Where(other => other != project).All(other => Outside(name, other, [.. allowed!, project])))
            .Select(name => $"{source.File} uses {name}")));
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_uses_only_the_rooms_that_it_may(string room)
    {
        Assert.True(Rooms.TryGetValue(room, out string[]? allowed), $"src/Semblance/{room} has no line in HouseTests; say what it may use.");
        string[] open = [.. allowed!, $"Semblance.{room}", "Semblance.IO"];
        Assert.Empty(Sources($"src/Semblance/{room}").SelectMany(source => source.Names.Where(name => Areas.Any(area => Within(name, area)) && !open.Any(other => Within(name, other)))
            .Select(name => $"{source.File} uses {name}")));
    }

    [Fact]
    public void The_files_at_the_root_use_no_room()
    {
        IEnumerable<Source> root = Sources("src/Semblance").Where(source => Path.GetDirectoryName(source.File) == Path.Combine("src", "Semblance"));
        Assert.Empty(root.SelectMany(source => source.Names.Where(name => Areas.Any(area => Within(name, area))).Select(name => $"{source.File} uses {name}")));
    }

    [Fact]
    public void A_files_namespace_is_its_project_and_room()
    {
        foreach (Source source in ProjectNames.SelectMany(row => Sources($"src/{row.Data}")).Where(source => source.Namespace.Length > 0))
        {
            string[] parts = source.File.Split(Path.DirectorySeparatorChar);
            string expected = parts[1] == "Semblance" && parts.Length > 3 ? $"{parts[1]}.{parts[2]}" : parts[1];
            Assert.True(Within(source.Namespace, expected), $"{source.File} lies in namespace {source.Namespace}; {expected} is needed.");
        }
    }

    [Fact]
    public void The_check_finds_what_it_looks_for()
    {
        Source source = Read("x.cs", "using Semblance.Training;\nnamespace Semblance.Losses; // Semblance.Data\n/// <see cref=\"Semblance.Models\"/>\nclass A { Semblance.Index.Codes c = Models.Module.X; string s = \"Semblance.Reports.X\"; }");
        Assert.Equal(["Semblance.Index.Codes", "Semblance.Models.Module.X", "Semblance.Training"], source.Names.Order(StringComparer.Ordinal));
        Assert.Equal("Semblance.Losses", source.Namespace);
    }

    /// <summary>Everything that a direction can be about: the rooms and the other projects' namespaces.</summary>
    private static IEnumerable<string> Areas => Rooms.Keys.Where(room => room.Length > 0).Select(room => $"Semblance.{room}").Concat(Projects.Keys.Where(project => project != "Semblance"));

    private static bool Outside(string name, string project, string[] allowed) => allowed.Contains(project) || !(project == "Semblance" ? IsLearning(name) : Within(name, project));

    private static bool IsLearning(string name) => Rooms.Keys.Where(room => room.Length > 0).Any(room => Within(name, $"Semblance.{room}"));

    private static bool Within(string name, string area) => name == area || name.StartsWith(area + ".", StringComparison.Ordinal);

    private static IEnumerable<Source> Sources(string folder) => Directory.EnumerateFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Select(file => Read(file, File.ReadAllText(Repository.File(file))));

    /// <summary>The names of ours in a source, comments and quoted text aside; those that begin with a room are completed.</summary>
    private static Source Read(string file, string text)
    {
        string code = Regex.Replace(text, "//[^\n]*|\"[^\"\n]*\"", "");
        string own = Regex.Match(code, @"^namespace ([\w.]+)", RegexOptions.Multiline).Groups[1].Value;
        string rest = Regex.Replace(code, @"^namespace [\w.]+", "", RegexOptions.Multiline);
        IEnumerable<string> whole = Regex.Matches(rest, @"(?<![\w.])Semblance(\.[A-Z]\w*)+").Select(match => match.Value);
        string rooms = string.Join('|', Rooms.Keys.Where(room => room is not ("" or "Data")));
        IEnumerable<string> relative = Regex.Matches(rest, $@"(?<![\w.])({rooms})\.[A-Z]\w*(\.[A-Z]\w*)*").Select(match => $"Semblance.{match.Value}");
        return new Source(file, own, [.. whole.Concat(relative).Distinct()]);
    }

    private sealed record Source(string File, string Namespace, IReadOnlyList<string> Names);
}
