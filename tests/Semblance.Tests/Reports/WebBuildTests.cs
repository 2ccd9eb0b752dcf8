using System.Diagnostics;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class WebBuildTests
{
    /// <summary>web/ of the repository.</summary>
    internal static string WebFolder { get; } = Repository.File("web");

    [Fact]
    public void Script_and_style_cannot_end_the_elements_that_hold_them()
    {
        Assert.DoesNotContain("</script", Dist("report.js"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<!--", Dist("report.js"), StringComparison.Ordinal);
        Assert.DoesNotContain("</style", Dist("report.css"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_bundled_package_has_its_licence_beside_the_script_and_in_it()
    {
        string licences = Dist("THIRD-PARTY.txt");

        Assert.Contains("chart.js 4", licences, StringComparison.Ordinal);
        Assert.Contains("@kurkle/color", licences, StringComparison.Ordinal);
        Assert.Equal(2, licences.Split("Permission is hereby granted").Length - 1);
        Assert.StartsWith($"/*\n{licences}*/", Dist("report.js"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_page_has_the_licences_of_what_it_sends()
    {
        string licences = Dist("search/THIRD-PARTY.txt");

        Assert.Contains("preact 11", licences, StringComparison.Ordinal);
        Assert.Contains("@fontsource-variable/inter", licences, StringComparison.Ordinal);
        Assert.Contains("SIL OPEN FONT LICENSE", licences, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Permission is hereby granted", licences, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_file_names_no_download_address() =>
        Assert.DoesNotContain("://", File.ReadAllText(Path.Combine(WebFolder, "package-lock.json")), StringComparison.Ordinal);

    [Fact]
    public async Task What_is_committed_is_what_the_sources_give()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SEMBLANCE_TEST_ALL") == "1", "Set SEMBLANCE_TEST_ALL=1 to rebuild the page from its sources, which needs Node 20 and npm's registry.");
        using TemporaryFolder folder = new();
        CopySources(folder.Path);

        using Process build = Process.Start(new ProcessStartInfo(Path.Combine(folder.Path, "build")) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await build.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(build.ExitCode == 0, await output + errors);
        string built = Path.Combine(folder.Path, "dist"), committed = Path.Combine(WebFolder, "dist");
        Assert.Equal(Names(committed), Names(built));
        Assert.All(Names(built), name => Assert.True(File.ReadAllBytes(Path.Combine(committed, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(built, name))), $"dist/{name} is not what the sources give."));
    }

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    private static string Dist(string name) => File.ReadAllText(Path.Combine(WebFolder, "dist", name));

    private static void CopySources(string target)
    {
        string[] left = ["node_modules", "dist"];
        foreach (string file in Directory.EnumerateFiles(WebFolder, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(WebFolder, file);
            if (!left.Contains(relative.Split(Path.DirectorySeparatorChar)[0]))
            {
                string copy = Path.Combine(target, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
