using Semblance.Serving.Images;
using Semblance.Tests.Deduplication;
using Xunit;

namespace Semblance.Tests.Serving.Images;

/// <summary>No id leads out of the image root.</summary>
public sealed class ImagePathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageIntake _intake = new();
    private readonly string _root;
    private readonly ImageLibrary _library;

    public ImagePathTests()
    {
        _root = _folder.File("root");
        Directory.CreateDirectory(Path.Combine(_root, "a"));
        Directory.CreateDirectory(_folder.File("root-beside"));
        byte[] jpeg = Pictures.Jpeg(Pictures.Make(1));
        foreach (string file in (string[])["secret.jpg", "root/a/1.jpg", "root/.hidden.jpg", "root-beside/1.jpg"])
        {
            File.WriteAllBytes(_folder.File(file), jpeg);
        }
        _library = new ImageLibrary(_root, _intake);
    }

    [Theory]
    [InlineData("../secret.jpg")]
    [InlineData("a/../../secret.jpg")]
    [InlineData("a/../a/1.jpg")]
    [InlineData("./a/1.jpg")]
    [InlineData("a//1.jpg")]
    [InlineData("/a/1.jpg")]
    [InlineData("a/1.jpg/")]
    [InlineData("..\\secret.jpg")]
    [InlineData("a\\..\\..\\secret.jpg")]
    [InlineData("%2e%2e/secret.jpg")]
    [InlineData("..%2fsecret.jpg")]
    [InlineData("%2e%2e%2fsecret.jpg")]
    [InlineData("\uFF0E\uFF0E/secret.jpg")]
    [InlineData("\uFF0E\uFF0E\uFF0Fsecret.jpg")]
    [InlineData("..\u2215secret.jpg")]
    [InlineData("\u2025/secret.jpg")]
    [InlineData("a/1.jpg\0.png")]
    [InlineData("a/1.jpg\n")]
    [InlineData(".hidden.jpg")]
    [InlineData(".uploads/../a/1.jpg")]
    [InlineData("../root-beside/1.jpg")]
    [InlineData("file:///etc/hosts")]
    [InlineData("~/secret.jpg")]
    [InlineData("a")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Ids_that_lead_elsewhere_have_no_image(string id)
    {
        Assert.Null(_library.Find(id));
        Assert.Null(_library.OpenOriginal(id));
        Assert.Null(await _library.ThumbnailAsync(id, 64, TestContext.Current.CancellationToken));
        Assert.False(_library.Delete(id));
        Assert.True(File.Exists(_folder.File("secret.jpg")));
    }

    [Fact]
    public void The_root_itself_may_be_a_link_and_so_may_what_stays_inside()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links take rights on Windows.");
        File.CreateSymbolicLink(Path.Combine(_root, "inside.jpg"), "a/1.jpg");
        Directory.CreateSymbolicLink(_folder.File("link"), "root");
        ImageLibrary library = new(_folder.File("link"), _intake);
        Assert.NotNull(library.Find("a/1.jpg"));
        Assert.NotNull(library.Find("inside.jpg"));
    }

    [Fact]
    public void Links_that_lead_out_are_no_images()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links take rights on Windows.");
        File.CreateSymbolicLink(Path.Combine(_root, "out.jpg"), _folder.File("secret.jpg"));
        File.CreateSymbolicLink(Path.Combine(_root, "relative.jpg"), "../secret.jpg");
        File.CreateSymbolicLink(Path.Combine(_root, "over.jpg"), "relative.jpg");
        File.CreateSymbolicLink(Path.Combine(_root, "loop.jpg"), "loop.jpg");
        File.CreateSymbolicLink(Path.Combine(_root, "nowhere.jpg"), "missing.jpg");
        Directory.CreateSymbolicLink(Path.Combine(_root, "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(_root, "beside"), "../root-beside");
        Assert.All(["out.jpg", "relative.jpg", "over.jpg", "loop.jpg", "nowhere.jpg", "up/secret.jpg", "beside/1.jpg"], id => Assert.Null(_library.Find(id)));
    }

    [Fact]
    public void Pipes_and_folders_are_no_images()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        using System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_root, "pipe.jpg"));
        made.WaitForExit();
        Assert.Null(_library.Find("pipe.jpg"));
        Directory.CreateDirectory(Path.Combine(_root, "folder.jpg"));
        Assert.Null(_library.Find("folder.jpg"));
    }

    [Fact]
    public void A_file_that_only_calls_itself_an_image_is_not_served()
    {
        File.WriteAllText(Path.Combine(_root, "page.jpg"), "<html><script>alert(1)</script></html>");
        Assert.Equal(ImageRefusal.NotAnImage, ImageRefusals.Of(Assert.Throws<InvalidDataException>(() => _library.OpenOriginal("page.jpg"))));
    }

    [Fact]
    public void A_polyglot_is_served_as_the_image_that_it_begins_as()
    {
        byte[] gif = [.. "GIF89a/*\x01\0*/=1;alert(document.domain)//<html><script>alert(1)</script>"u8];
        File.WriteAllBytes(Path.Combine(_root, "both.html"), gif);
        using OriginalImage original = _library.OpenOriginal("both.html")!;
        Assert.Equal("image/gif", original.ContentType);
    }

    public void Dispose()
    {
        _intake.Dispose();
        _folder.Dispose();
    }
}
