using System.Runtime.InteropServices;
using Semblance.IO;

namespace Semblance.Serving.Images;

/// <summary>A file that outlasts a power cut once it is written, its name and its new folders with it.</summary>
internal static partial class DurableFile
{
    /// <summary>Makes or replaces a file; a failure leaves what was there.</summary>
    /// <exception cref="SemblanceException">The disk is full, or the folder or the file cannot be written.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content)
    {
        string folder = Path.GetDirectoryName(path)!;
        List<string> fresh = [folder];
        for (string? above = folder; above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
        {
            fresh.Add(Path.GetDirectoryName(above)!);
        }
        AtomicFile.Write(path, stream => stream.Write(content.Span));
        fresh.ForEach(Sync);
    }

    /// <summary>Syncs the names in a folder. Where a file system cannot, its files are as safe as it makes them.</summary>
    private static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows() || Open(folder, 0) is not (>= 0 and int descriptor))
        {
            return;
        }
        _ = FSync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
