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
        foreach (string name in (string[])["report.js", "report.css", "THIRD-PARTY.txt"])
        {
            Assert.Equal(Dist(name), await File.ReadAllTextAsync(Path.Combine(folder.Path, "dist", name), TestContext.Current.CancellationToken));
        }
    }

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
