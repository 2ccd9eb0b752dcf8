using System.Runtime.InteropServices;
using System.Text;

namespace Semblance.Index.Storage;

/// <summary>What .NET has no call for: syncing a directory, and reading a file that is locked.</summary>
internal static partial class NativeDirectory
{
    private const int ReadOnly = 0;

    /// <summary>Creates a directory, and those above it that are missing, so that they outlast a power cut.</summary>
    public static void Create(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        string? above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(directory));
        if (above is not null)
        {
            Create(above);
        }

        Directory.CreateDirectory(directory);
        if (above is not null)
        {
            Sync(above);
        }
    }

    /// <summary>Syncs the names in a directory; Windows does so by itself.</summary>
    /// <exception cref="IOException">It could not be done.</exception>
    public static void Sync(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed(directory, "opened");
        }

        try
        {
            if (FSync(descriptor) != 0)
            {
                throw Failed(directory, "synced");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>The beginning of a small text file, whoever has locked it.</summary>
    public static string ReadIgnoringLocks(string path)
    {
        if (OperatingSystem.IsWindows() || Open(path, ReadOnly) is not (>= 0 and int descriptor))
        {
            return "it does not say which";
        }

        var bytes = new byte[200];
        nint read = Read(descriptor, bytes, bytes.Length);
        _ = Close(descriptor);
        return read > 0 ? Encoding.UTF8.GetString(bytes, 0, (int)read) : "it does not say which";
    }

    private static IOException Failed(string directory, string what) =>
        new($"{directory}: the directory could not be {what}: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, [Out] byte[] buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
