using System.Globalization;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Images;

/// <summary>The image of an item on the disk.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Changed">When it was last written, in UTC.</param>
/// <param name="IsUpload">Whether it was uploaded; else it lies in the image root under the item's id.</param>
public sealed record ImageFile(string Path, long Length, DateTime Changed, bool IsUpload)
{
    /// <summary>The file's stamp as an entity tag: it changes when the file does.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"\"{Length:x}-{Changed.Ticks:x}\"");

    /// <summary>The stamp of a thumbnail of it.</summary>
    /// <param name="size">One of <see cref="ImageLibrary.Sizes"/>.</param>
    public string ThumbnailETag(int size) => string.Create(CultureInfo.InvariantCulture, $"\"{Length:x}-{Changed.Ticks:x}-{size}\"");

    /// <summary>The file under a path; null where there is none, or something other than a file with content.</summary>
    /// <remarks>Pipes and devices have no length, and images always have one.</remarks>
    internal static ImageFile? At(string path, bool isUpload)
    {
        FileInfo info = new(path);
        return info.Exists && info.Length > 0 ? new ImageFile(path, info.Length, info.LastWriteTimeUtc, isUpload) : null;
    }
}

/// <summary>An image as it was stored, open for reading. Dispose of it.</summary>
/// <param name="Content">The bytes of the file.</param>
/// <param name="File">Where it is.</param>
/// <param name="Format">The format that its first bytes show; never unknown.</param>
public sealed record OriginalImage(FileStream Content, ImageFile File, ImageFormat Format) : IDisposable
{
    /// <summary>The media type, of an image in any case.</summary>
    public string ContentType => Format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Png => "image/png",
        ImageFormat.WebP => "image/webp",
        ImageFormat.Gif => "image/gif",
        _ => "image/tiff",
    };

    /// <summary>Closes the file.</summary>
    public void Dispose() => Content.Dispose();
}

/// <summary>A small JPEG of an image.</summary>
/// <param name="Jpeg">The bytes of the file.</param>
/// <param name="ETag">Changes when the image does.</param>
public sealed record ThumbnailImage(ReadOnlyMemory<byte> Jpeg, string ETag);
