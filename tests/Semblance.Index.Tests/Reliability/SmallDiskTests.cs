using System.Diagnostics;
using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>A disk of the operating system that is really full.</summary>
public sealed class SmallDiskTests : IDisposable
{
    // A name space of its own lets a process mount a disk that nobody else sees and that goes with it.
    private static readonly string[] OnSmallDisk = ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=1200k none \"$0\" && exec \"$@\""];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_refuses_writes_and_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && CanMount(), "This system does not let a process mount a disk of its own with unshare.");
        using Process writer = ChildProcess.Start([.. OnSmallDisk, _folder.Path], WriterOnSmallDisk.Verb, _folder.Path);
        Task<string> errors = writer.StandardError.ReadToEndAsync();
        string output = await writer.StandardOutput.ReadToEndAsync();
        await writer.WaitForExitAsync();
        Assert.Equal("", await errors);
        Assert.Equal(0, writer.ExitCode);
        Effort.Report($"a disk of 1.2 MB filled with {output.Trim()} items, and written to again when there was room");
    }

    private bool CanMount()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(OnSmallDisk[0], [.. OnSmallDisk[1..], _folder.Path, "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
