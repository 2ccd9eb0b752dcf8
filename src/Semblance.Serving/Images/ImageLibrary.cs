using Semblance.IO;
using Semblance.Serving.Security;
using Semblance.Serving.Stores;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Images;

/// <summary>The images of items: files of a folder that the ids name, and uploads.</summary>
/// <remarks>
/// The image of an item is <c>ROOT/ID</c> where the id is a relative path of a file below the root, or the upload kept as <c>ROOT/.uploads/xx/SHA-256 of the id</c>; where both are there,
/// the one that was written last. Hidden files, and links that lead out of the root, are no images of items. Files of the folder are never written or deleted. May be called from any number of threads.
/// </remarks>
public sealed class ImageLibrary
{
    private const int CacheBytes = 32 << 20, Locks = 64, Quality = 82;
    private readonly ImageIntake _intake;
    private readonly string _root;
    private readonly ThumbnailCache _cache = new(CacheBytes);
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];

    /// <summary>Opens the folder.</summary>
    /// <param name="root">The image root; made where it is missing.</param>
    /// <param name="intake">Decodes for thumbnails, under its limits; stays the caller's.</param>
    /// <exception cref="SemblanceException">The folder is not there and cannot be made.</exception>
    public ImageLibrary(string root, ImageIntake intake)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(intake);
        _intake = intake;
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException($"{root} cannot be made: {exception.Message} Name a folder of images that is there, or one that can be made.", exception);
        }
        _root = ImagePath.RealPath(root)!;
    }

    /// <summary>Longer sides of thumbnails, in pixels; others are rounded up to the next, at most the last.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [64, 128, 256, 512, 1024];

    /// <summary>The folder, links resolved.</summary>
    public string Root => _root;

    /// <summary>The image of an item; null where it has none.</summary>
    /// <param name="id">Any text.</param>
    public ImageFile? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        ImageFile? file = ImagePath.IsSafe(id) && ImagePath.Resolve(_root, id) is { } path ? ImageFile.At(path, false) : null;
        ImageFile? upload = ImageFile.At(ImagePath.OfUpload(_root, id), true);
        return file is null || (upload is not null && upload.Changed >= file.Changed) ? upload : file;
    }

    /// <summary>Opens the image of an item as it is.</summary>
    /// <param name="id">Any text.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="InvalidDataException">The file is no image by its content.</exception>
    public OriginalImage? OpenOriginal(string id)
    {
        if (Find(id) is not { } file || Open(file) is not { } content)
        {
            return null;
        }
        Span<byte> head = stackalloc byte[16];
        ImageFormat format = ImageIntake.FormatOf(head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        content.Position = 0;
        if (format == ImageFormat.Unknown)
        {
            content.Dispose();
            throw ImageRefusals.Make(ImageRefusal.NotAnImage, $"{SafeText.Line(id)}: not an image by its content (JPEG, PNG, WebP, GIF and TIFF are read). Convert the file, or remove it.");
        }
        return new OriginalImage(content, file, format);
    }

    /// <summary>The size that is made when another is asked for.</summary>
    /// <param name="size">Pixels of the longer side.</param>
    public static int SizeFor(int size) => Sizes.FirstOrDefault(step => step >= size, Sizes[^1]);

    /// <summary>A small JPEG of the image of an item.</summary>
    /// <param name="id">Any text.</param>
    /// <param name="size">Pixels of the longer side; see <see cref="Sizes"/>. Small images are not enlarged.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Null where the item has no image.</returns>
    /// <exception cref="InvalidDataException">The file is no image, too large, damaged, or takes too long.</exception>
    /// <exception cref="EncoderBusyException">All threads are held by images that take too long.</exception>
    public async Task<ThumbnailImage?> ThumbnailAsync(string id, int size, CancellationToken cancellation = default)
    {
        if (Find(id) is not { } file)
        {
            return null;
        }
        int side = SizeFor(size);
        string stamp = file.ThumbnailETag(side);
        if (_cache.Find(file.Path, stamp) is { } known)
        {
            return new ThumbnailImage(known, stamp);
        }
        string name = SafeText.Line(id);
        _intake.RequireLength(file.Length, name);
        if (await _intake.ReadAsync(() => Read(file, name), name, (bytes, info) => Shrink(bytes.Span, info, side, name), cancellation).ConfigureAwait(false) is not { } jpeg)
        {
            return null;
        }
        _cache.Keep(file.Path, stamp, jpeg);
        return new ThumbnailImage(jpeg, stamp);
    }

    /// <summary>Keeps an uploaded image. When this returns it is on the disk; a failure leaves what was there.</summary>
    /// <param name="id">Any text.</param>
    /// <param name="image">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">It is no image by its first bytes, or has too many of them.</exception>
    /// <exception cref="SemblanceException">The disk is full.</exception>
    /// <exception cref="StoreUnavailableException">The root cannot be written.</exception>
    public void Save(string id, ReadOnlyMemory<byte> image)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        _intake.Require(image.Span, id);
        string path = ImagePath.OfUpload(_root, id);
        try
        {
            lock (LockOf(path))
            {
                DurableFile.Write(path, image);
            }
        }
        catch (SemblanceException exception) when (exception.InnerException is { } inner)
        {
            throw AtomicFile.IsDiskFull(inner)
                ? new SemblanceException($"The image of {SafeText.Line(id)} cannot be kept: the disk of the image root is full. Free some space and send it again.", inner)
                : new StoreUnavailableException($"The image of {SafeText.Line(id)} cannot be kept: the image root cannot be written. Let the service write to it.", inner);
        }
    }

    /// <summary>Removes the upload of an item; a file of the folder stays.</summary>
    /// <param name="id">Any text.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="StoreUnavailableException">The root cannot be written.</exception>
    public bool Delete(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        string path = ImagePath.OfUpload(_root, id);
        lock (LockOf(path))
        {
            try
            {
                bool there = File.Exists(path);
                File.Delete(path);
                return there;
            }
            catch (DirectoryNotFoundException)
            {
                return false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StoreUnavailableException($"The image of {SafeText.Line(id)} cannot be deleted: the image root cannot be written. Let the service write to it.", exception);
            }
        }
    }

    private static byte[] Shrink(ReadOnlySpan<byte> image, ImageInfo info, int side, string name)
    {
        double scale = Math.Min(1, (double)side / Math.Max(info.Width, info.Height));
        ImageView view = new(0, 0, info.Width, info.Height, Math.Max(1, (int)Math.Round(info.Width * scale)), Math.Max(1, (int)Math.Round(info.Height * scale)));
        return ImageCodec.TryRender(image, view, out RgbImage? small, out ImageProblem problem, long.MaxValue)
            ? ImageCodec.Encode(small, ImageFormat.Jpeg, Quality)
            : throw ImageIntake.Refuse(problem, name);
    }

    private static byte[]? Read(ImageFile file, string name)
    {
        try
        {
            return File.ReadAllBytes(file.Path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, exception);
        }
    }

    private static FileStream? Open(ImageFile file)
    {
        try
        {
            return new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Path.GetFileName(file.Path), exception);
        }
    }

    private static InvalidDataException Unreadable(string name, Exception exception) =>
        ImageRefusals.Make(ImageRefusal.Damaged, $"{name}: the file cannot be read ({exception.GetType().Name}). Check that the service may read it.");

    private Lock LockOf(string path) => _locks[(uint)string.GetHashCode(path, StringComparison.Ordinal) % Locks];
}
