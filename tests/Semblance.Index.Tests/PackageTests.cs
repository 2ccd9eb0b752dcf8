using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>The package, as <c>dotnet pack</c> makes it.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task The_package_has_assembly_documentation_readme_and_symbols_and_no_dependency()
    {
        using TemporaryFolder folder = new();
        ProcessStartInfo start = new("dotnet", ["pack", Repository.File("src/Semblance.Index"), "-c", "Release", "--no-build", "--nologo", "-v", "q", "-o", folder.Path]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);

        using ZipArchive package = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(folder.Path, "Semblance.Index.*.nupkg")), TestContext.Current.CancellationToken);
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Contains("lib/net10.0/Semblance.Index.dll", names);
        Assert.Contains("lib/net10.0/Semblance.Index.xml", names);
        Assert.Contains("README.md", names);
        Assert.Single(Directory.GetFiles(folder.Path, "*.snupkg"));
        using Stream nuspec = await package.GetEntry("Semblance.Index.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        string Text(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.Equal("Apache-2.0", Text("license"));
        Assert.Equal("README.md", Text("readme"));
        Assert.Contains("Hamming", Text("description"), StringComparison.Ordinal);
        Assert.Contains("binary-codes", Text("tags"), StringComparison.Ordinal);
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
    }
}
