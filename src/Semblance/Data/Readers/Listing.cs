using Semblance.Data.Stores;
using Semblance.IO;
using Semblance.Tensors.Images;

namespace Semblance.Data.Readers;

/// <summary>Image files by relative path ('/' between folders), and how to make a store of some of them.</summary>
/// <param name="Path">The folder or archive, for messages.</param>
/// <param name="Names">Relative paths, in ordinal order.</param>
/// <param name="Open">Makes the store of the images at the given places of <see cref="Names"/>.</param>
/// <param name="PassedOver">Number of files that are no images by their extension.</param>
/// <param name="Folders">The folders at the top, with or without images.</param>
internal sealed record Listing(string Path, string[] Names, Func<IReadOnlyList<int>, ImageStore> Open, int PassedOver, string[] Folders)
{
    public const string Extensions = ".jpg, .jpeg, .png, .webp, .gif, .tif or .tiff";

    public static Listing OfFolder(string path)
    {
        string root = System.IO.Path.GetFullPath(path);
        string[] files, folders;
        try
        {
            // Deep enough for any collection, shallow enough for a link that leads back up.
            EnumerationOptions everything = new() { RecurseSubdirectories = true, MaxRecursionDepth = 32, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden };
            files = Directory.GetFiles(root, "*", everything);
            folders = [.. Directory.GetDirectories(root, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden }).Select(folder => System.IO.Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
        string[] names = [.. files.Where(IsImage).Select(file => RelativeName.Of(root, file)).Order(StringComparer.Ordinal)];
        return new(path, names, places => new FileStore([.. places.Select(place => System.IO.Path.Combine(path, names[place]))]), files.Length - names.Length, folders);
    }

    /// <summary>Fails where there is nothing to read.</summary>
    public void DemandImages()
    {
        if (Names.Length == 0)
        {
            string others = PassedOver == 0 ? "it is empty" : PassedOver == 1 ? "its one file is something else" : $"its {PassedOver} files are something else";
            throw new InvalidDataException($"{Path} has no images; {others}. Name a folder with {Extensions} files.");
        }
    }

    /// <summary>Tells which files were passed over and which folders have no images.</summary>
    public void Remark(Problems problems)
    {
        if (PassedOver > 0)
        {
            string files = PassedOver == 1 ? "1 file that is no image by its name; it was" : $"{PassedOver} files that are no images by their names; they were";
            problems.Note($"{Path} has {files} passed over. {Extensions} files are read.");
        }
        HashSet<string> full = [.. Names.Select(name => name.Split('/')[0])];
        foreach (string folder in Folders.Where(folder => !full.Contains(folder)))
        {
            problems.Note($"{Path}: folder \"{folder}\" has no images. Add some, or remove it.");
        }
    }

    public static bool IsImage(string name) => ImageFormats.FromPath(name) != ImageFormat.Unknown;
}
