using Semblance.Tensors.Images;

namespace Semblance.Serving.Ingestion;

/// <summary>An image file of a folder as it was when the folder was read.</summary>
/// <param name="Id">The id of its item: the prefix and the path in the folder, with '/' between folders.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was changed last, UTC.</param>
public sealed record FolderFile(string Id, string Path, long Bytes, DateTime Modified)
{
    /// <summary>All image files of a folder and those below it, in ordinal order of their ids.</summary>
    /// <remarks>Files are images by their extension. Hidden files and folders and symbolic links are passed over.</remarks>
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
                .. new DirectoryInfo(folder).EnumerateFiles("*", everything)
                    .Where(file => ImageFormats.FromPath(file.Name) != ImageFormat.Unknown)
                    .Select(file => Of(folder, prefix, file)).OfType<FolderFile>()
                    .OrderBy(file => file.Id, StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{folder} cannot be read: {exception.Message} Nothing was changed. Name a folder that can be read with all that is in it.", exception);
        }
    }

    private static FolderFile? Of(string folder, string prefix, FileInfo file)
    {
        try
        {
            return new FolderFile(prefix + System.IO.Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'), file.FullName, file.Length, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null; // It went away while the folder was read.
        }
    }
}
