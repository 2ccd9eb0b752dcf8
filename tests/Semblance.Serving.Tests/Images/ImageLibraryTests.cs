using Semblance.Serving.Images;
using Semblance.Serving.Stores;
using Semblance.Tensors.Images;
using Semblance.Tests.Deduplication;
using Xunit;

namespace Semblance.Tests.Serving.Images;

public sealed class ImageLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageIntake _intake = new();
    private readonly string _root;
    private readonly ImageLibrary _library;

    public ImageLibraryTests()
    {
        _root = _folder.File("root");
        Directory.CreateDirectory(Path.Combine(_root, "beach"));
        _library = new ImageLibrary(_root, _intake);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_of_the_folder_is_the_image_of_the_item_with_its_path()
    {
        byte[] jpeg = Pictures.Jpeg(Pictures.Make(1, 400, 300));
        await File.WriteAllBytesAsync(Path.Combine(_root, "beach/1.jpg"), jpeg, Stop);

        ImageFile found = _library.Find("beach/1.jpg")!;
        Assert.False(found.IsUpload);
        using (OriginalImage original = _library.OpenOriginal("beach/1.jpg")!)
        {
            byte[] read = new byte[original.Content.Length];
            await original.Content.ReadExactlyAsync(read, Stop);
            Assert.Equal(jpeg, read);
            Assert.Equal(("image/jpeg", found.ETag), (original.ContentType, original.File.ETag));
        }
        ThumbnailImage thumbnail = (await _library.ThumbnailAsync("beach/1.jpg", 100, Stop))!;
        ImageInfo info = ImageCodec.Probe(thumbnail.Jpeg.Span, "thumbnail");
        Assert.Equal((128, 96, ImageFormat.Jpeg), (info.Width, info.Height, info.Format));
        Assert.Same(await Bytes("beach/1.jpg"), await Bytes("beach/1.jpg"));

        async Task<byte[]> Bytes(string id)
        {
            ThumbnailImage made = (await _library.ThumbnailAsync(id, 128, Stop))!;
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(made.Jpeg, out ArraySegment<byte> segment));
            return segment.Array!;
        }
    }

    [Fact]
    public async Task An_upload_is_kept_under_any_id_and_deleted_again()
    {
        string id = "../../etc/passwd\n\0 höhe 🏖";
        byte[] png = ImageCodec.Encode(Pictures.Make(2), ImageFormat.Png);
        Assert.Null(_library.Find(id));
        _library.Save(id, png);
        Assert.True(_library.Find(id)!.IsUpload);
        Assert.StartsWith(Path.Combine(_library.Root, ".uploads"), _library.Find(id)!.Path, StringComparison.Ordinal);
        Assert.NotNull(await _library.ThumbnailAsync(id, 64, Stop));
        string before = _library.Find(id)!.ETag;
        _library.Save(id, Pictures.Jpeg(Pictures.Make(3)));
        Assert.NotEqual(before, _library.Find(id)!.ETag);
        Assert.True(_library.Delete(id));
        Assert.False(_library.Delete(id));
        Assert.Null(_library.Find(id));
        Assert.Null(_library.OpenOriginal(id));
        Assert.Null(await _library.ThumbnailAsync(id, 64, Stop));
        Assert.Empty(Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Of_file_and_upload_the_one_written_last_counts()
    {
        string file = Path.Combine(_root, "a.jpg");
        File.WriteAllBytes(file, Pictures.Jpeg(Pictures.Make(1)));
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        _library.Save("a.jpg", Pictures.Jpeg(Pictures.Make(2)));
        Assert.True(_library.Find("a.jpg")!.IsUpload);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(1));
        Assert.False(_library.Find("a.jpg")!.IsUpload);
        Assert.True(_library.Delete("a.jpg"));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void What_is_no_image_is_not_kept()
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => _library.Save("a", "<html><script>alert(1)</script>"u8.ToArray()));
        Assert.Equal(ImageRefusal.NotAnImage, ImageRefusals.Of(refused));
        Assert.False(Directory.Exists(Path.Combine(_root, ".uploads")));
    }

    [Fact]
    public void A_root_that_cannot_be_written_is_told_and_leaves_nothing()
    {
        // A file where the folder of uploads should be stops even root.
        File.WriteAllText(Path.Combine(_root, ".uploads"), "");
        StoreUnavailableException failed = Assert.Throws<StoreUnavailableException>(() => _library.Save("a", Pictures.Jpeg(Pictures.Make(1))));
        Assert.Contains("The image of a cannot be kept: the image root cannot be written", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_root, failed.Message, StringComparison.Ordinal);
        Assert.Null(_library.Find("a"));
    }

    public void Dispose()
    {
        _intake.Dispose();
        _folder.Dispose();
    }
}
