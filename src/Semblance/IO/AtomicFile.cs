namespace Semblance.IO;

/// <summary>Files that are either whole or not there: written beside, flushed to the disk, then renamed.</summary>
/// <remarks>
/// A reader, and a process that starts after a crash, sees the old file or the new one, never half of one. The file beside has the name of
/// the file and <see cref="Suffix"/>; a crash leaves at most that one, and the next write replaces it.
/// </remarks>
public static class AtomicFile
{
    /// <summary>What the name of a file that is being written ends in.</summary>
    public const string Suffix = ".partial";

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file to make or to replace; its folder is made where it is missing.</param>
    /// <param name="write">Writes the content; where it throws, the file stays as it was.</param>
    /// <exception cref="SemblanceException">The disk is full, or the folder or the file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string beside = path + Suffix;
        try
        {
            MakeFolderOf(path);
            using (FileStream stream = new(beside, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                WriteOrForget(stream, write);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(Explain(path, exception), exception);
        }
    }

    /// <summary>Writes a file of text in UTF-8.</summary>
    /// <exception cref="SemblanceException">The disk is full, or the folder or the file cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>The sentence for a user whose file could not be written.</summary>
    /// <param name="path">The file that was to be written.</param>
    /// <param name="exception">What the system said.</param>
    public static string Explain(string path, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return IsDiskFull(exception)
            ? $"{path} cannot be written: its disk is full. Free some space or choose another folder."
            : $"{path} cannot be written: {exception.Message} Choose a folder that you may write to.";
    }

    /// <summary>Whether an exception says that no space is left, or that a quota is used up.</summary>
    public static bool IsDiskFull(Exception exception)
    {
        // On Unix the system's error numbers ENOSPC and EDQUOT; on Windows ERROR_DISK_FULL.
        const int NoSpace = 28, QuotaExceeded = 122, DiskFull = unchecked((int)0x80070070);
        return exception is IOException { HResult: NoSpace or QuotaExceeded or DiskFull };
    }

    /// <summary>Whether an exception says that another has the file open and shares it with nobody.</summary>
    public static bool IsHeld(Exception exception)
    {
        // On Unix the system's error EAGAIN, which has another number on a Mac; on Windows ERROR_SHARING_VIOLATION.
        const int OnLinux = 11, OnMac = 35, OnWindows = unchecked((int)0x80070020);
        return exception is IOException { HResult: OnLinux or OnMac or OnWindows };
    }

    private static void MakeFolderOf(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }
    }

    private static void WriteOrForget(FileStream stream, Action<Stream> write)
    {
        bool written = false;
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            written = true;
        }
        finally
        {
            if (!written)
            {
                File.Delete(stream.Name);
            }
        }
    }
}
