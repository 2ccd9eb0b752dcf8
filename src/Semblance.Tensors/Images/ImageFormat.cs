namespace Semblance.Tensors.Images;

/// <summary>An image file format, found by content.</summary>
public enum ImageFormat
{
    /// <summary>Not a format that is read here.</summary>
    Unknown = 0,

    /// <summary>JPEG.</summary>
    Jpeg = 1,

    /// <summary>PNG.</summary>
    Png = 2,

    /// <summary>WebP.</summary>
    WebP = 3,

    /// <summary>GIF; the first frame is read.</summary>
    Gif = 4,

    /// <summary>TIFF; the first page is read.</summary>
    Tiff = 5,
}

/// <summary>What file names say about formats.</summary>
public static class ImageFormats
{
    /// <summary>The format that a file name's extension promises; <see cref="ImageFormat.Unknown"/> where it is not an image extension.</summary>
    /// <param name="path">A file name or path.</param>
    public static ImageFormat FromPath(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" or ".JPE" or ".JFIF" => ImageFormat.Jpeg,
        ".PNG" => ImageFormat.Png,
        ".WEBP" => ImageFormat.WebP,
        ".GIF" => ImageFormat.Gif,
        ".TIF" or ".TIFF" => ImageFormat.Tiff,
        _ => ImageFormat.Unknown,
    };
}
