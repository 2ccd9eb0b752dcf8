using Semblance.Index;
using Semblance.IO;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Ingestion;

/// <summary>An image file of a folder as it was when the folder was read.</summary>
/// <param name="Id">The id of its item: the prefix and the path in the folder, with '/' between folders.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was changed last, UTC.</param>
public sealed record FolderFile(string Id, string Path, long Bytes, DateTime Modified)
{
    /// <summary>Why its name is the id of no item; null where it can be one.</summary>
    internal string? Fault
    {
        get
        {
            if (IsGarbled(Path))
            {
                return $"{Path} cannot be opened: its name is no valid UTF-8. Rename it.";
            }
            try
            {
                _ = new ItemId(Id);
                return null;
            }
            catch (ArgumentException exception)
            {
                return $"{Path} cannot be taken: {UserMessage.Of(exception.Message)}";
            }
        }
    }

    /// <summary>All image files of a folder and those below it, in ordinal order of their ids.</summary>
    /// <remarks>
    /// Files are images by their extension. Hidden files and folders and symbolic links are passed over. Files and folders whose names are no UTF-8 cannot be opened;
    /// they are among the files, with a <see cref="Fault"/>.
    /// </remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">Put before every id.</param>
    /// <exception cref="InvalidDataException">The folder or one below it cannot be read; leaving it out would look as if its images were deleted.</exception>
    public static IReadOnlyList<FolderFile> In(string folder, string prefix = "")
    {
        EnumerationOptions everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint };
        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", everything)
                    .Where(entry => entry is FileInfo ? ImageFormats.FromPath(entry.Name) != ImageFormat.Unknown : IsGarbled(entry.FullName))
                    .Select(entry => Of(prefix + RelativeName.Of(folder, entry.FullName), entry)).OfType<FolderFile>()
                    .OrderBy(file => file.Id, StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{folder} cannot be read: {exception.Message} Nothing was changed. Name a folder that can be read with all that is in it.", exception);
        }
    }

    private static FolderFile? Of(string id, FileSystemInfo entry)
    {
        if (IsGarbled(entry.FullName))
        {
            return new FolderFile(id, entry.FullName, 0, default);
        }
        try
        {
            return new FolderFile(id, entry.FullName, ((FileInfo)entry).Length, entry.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null; // It went away while the folder was read.
        }
    }

    /// <summary>Whether a name has bytes that are no UTF-8: they are read as U+FFFD, and nothing of that name is there.</summary>
    private static bool IsGarbled(string path) => path.Contains('\uFFFD', StringComparison.Ordinal) && !System.IO.Path.Exists(path);
}
