using Semblance.Serving.Images;
using Semblance.Tensors.Images;
using Semblance.Tests.Deduplication;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Images;

public sealed class ImageIntakeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Foreign => new()
    {
        { "text", "hello"u8.ToArray() },
        { "html", "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray() },
        { "svg", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"u8.ToArray() },
        { "svg without a head", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray() },
        { "pdf", "%PDF-1.7\n1 0 obj"u8.ToArray() },
        { "postscript", "%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file"u8.ToArray() },
        { "imagemagick script", "push graphic-context\nimage over 0,0 0,0 'https://127.0.0.1/x'"u8.ToArray() },
        { "bmp", [(byte)'B', (byte)'M', 0, 0, 0, 0, 0, 0] },
        { "ppm", "P6\n1 1\n255\n\0\0\0"u8.ToArray() },
        { "openexr", [0x76, 0x2F, 0x31, 0x01, 0, 0, 0, 0] },
        { "fits", "SIMPLE  =                    T"u8.ToArray() },
        { "heif", [0, 0, 0, 24, .. "ftypheic"u8] },
        { "avif", [0, 0, 0, 24, .. "ftypavif"u8] },
        { "jpeg xl", [0xFF, 0x0A, 0, 0] },
        { "jpeg 2000", [0, 0, 0, 12, .. "jP  "u8, 13, 10, 0x87, 10] },
        { "vips", [0xB6, 0xA6, 0xF2, 0x08] },
        { "radiance", "#?RADIANCE\n"u8.ToArray() },
        { "zip", "PK\x03\x04"u8.ToArray() },
        { "gzip", [0x1F, 0x8B, 8, 0] },
        { "riff that is sound", "RIFF\x10\0\0\0WAVEfmt "u8.ToArray() },
        { "image behind blanks", [.. "   "u8, .. TestImages.Jpeg()] },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Other_formats_are_refused_before_a_decoder_sees_them(string kind, byte[] bytes)
    {
        using ImageIntake intake = new();
        // The answer is there at once: no thread that decodes has been asked.
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => { intake.Require(bytes, kind); });
        Assert.Equal(ImageRefusal.NotAnImage, ImageRefusals.Of(refused));
        Assert.Equal($"{kind}: not an image by its content (JPEG, PNG, WebP, GIF and TIFF are read). Convert the file, or send another.", refused.Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => intake.InspectAsync(bytes, kind, Stop));
        Assert.False(ImageCodec.TryProbe(bytes, out _, out ImageProblem problem));
        Assert.Equal(ImageFault.Unknown, problem.Fault);
    }

    [Fact]
    public async Task The_five_formats_are_read_and_turned_upright()
    {
        using ImageIntake intake = new();
        RgbImage picture = Pictures.Make(1, 60, 40);
        foreach (ImageFormat format in (ImageFormat[])[ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP])
        {
            Assert.Equal(new ImageInfo(60, 40, format, 1), await intake.InspectAsync(ImageCodec.Encode(picture, format), "a", Stop));
        }
        Assert.Equal(ImageFormat.Gif, ImageIntake.FormatOf("GIF89a..."u8));
        Assert.Equal(ImageFormat.Tiff, ImageIntake.FormatOf([(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0]));
        Assert.Equal(ImageFormat.Tiff, ImageIntake.FormatOf([(byte)'M', (byte)'M', 0, 43, 0, 8]));
        Assert.Equal(40, (await intake.InspectAsync(TestImages.WithOrientation(Pictures.Jpeg(picture), 6), "turned", Stop)).Width);
    }

    [Fact]
    public async Task A_bomb_of_pixels_is_refused_by_its_header()
    {
        using ImageIntake intake = new(new ImageLimits { MaxPixels = 1_000_000 });
        // 20,000 x 20,000 pixels in 58 bytes of header, and no data that could be decoded.
        byte[] bomb = TestImages.RawPng(20_000, 20_000, 8, 2, []);
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => intake.InspectAsync(bomb, "bomb.png", Stop));
        Assert.Equal(ImageRefusal.TooManyPixels, ImageRefusals.Of(refused));
        Assert.Contains("20000 x 20000 pixels are over the limit of 1000000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_bytes_and_none_are_refused()
    {
        using ImageIntake intake = new(new ImageLimits { MaxBytes = 100 });
        Assert.Equal(ImageRefusal.TooManyBytes, ImageRefusals.Of(Assert.Throws<InvalidDataException>(() => intake.Require(TestImages.Jpeg(), "a"))));
        Assert.Equal(ImageRefusal.Empty, ImageRefusals.Of(Assert.Throws<InvalidDataException>(() => intake.Require([], "a"))));
        Assert.Equal(ImageRefusal.None, ImageRefusals.Of(new InvalidDataException("of something else")));
    }

    [Fact]
    public async Task Slow_images_are_given_up_and_hold_no_more_than_the_threads_until_they_end()
    {
        using ManualResetEventSlim end = new();
        int started = 0;
        using ImageIntake intake = new(new ImageLimits { DecodeTime = TimeSpan.FromMilliseconds(50) }, threads: 2);
        Task<int>[] slow = [.. Enumerable.Range(0, 6).Select(i => intake.ReadAsync(TestImages.Png(), $"slow {i}", (_, _) =>
        {
            Interlocked.Increment(ref started);
            end.Wait(Stop);
            return 1;
        }, Stop))];
        List<Exception> told = [];
        foreach (Task<int> task in slow)
        {
            told.Add(await Record.ExceptionAsync(() => task) ?? throw new InvalidOperationException("it ended"));
        }
        Assert.Equal(2, told.Count(exception => ImageRefusals.Of(exception) == ImageRefusal.TooSlow && exception.Message.Contains("decoding takes longer than 0.05 s", StringComparison.Ordinal)));
        Assert.Equal(4, told.Count(exception => exception is EncoderBusyException));
        await Assert.ThrowsAsync<EncoderBusyException>(() => intake.InspectAsync(TestImages.Png(), "sound", Stop));
        Assert.Equal((2, 2), (started, intake.Running));

        end.Set();
        while (intake.Running > 0)
        {
            await Task.Delay(1, Stop);
        }
        Assert.Equal(40, (await intake.InspectAsync(TestImages.Png(), "sound", Stop)).Width);
    }

    [Fact]
    public async Task No_more_wait_than_a_thousand()
    {
        using ManualResetEventSlim end = new();
        using CancellationTokenSource giveUp = new();
        using ImageIntake intake = new(threads: 1);
        byte[] image = TestImages.Png();
        Task<int> first = intake.ReadAsync(image, "first", (_, _) =>
        {
            end.Wait(Stop);
            return 1;
        }, Stop);
        while (intake.Running == 0)
        {
            await Task.Delay(1, Stop);
        }
        Task[] waiting = [.. Enumerable.Range(0, 1024).Select(_ => (Task)intake.InspectAsync(image, "waits", giveUp.Token))];
        EncoderBusyException busy = await Assert.ThrowsAsync<EncoderBusyException>(() => intake.InspectAsync(image, "late", Stop));
        Assert.Contains("1024 images wait to be decoded already", busy.Message, StringComparison.Ordinal);
        await giveUp.CancelAsync();
        end.Set();
        Assert.Equal(1, await first);
        Assert.Equal(40, (await intake.InspectAsync(image, "afterwards", Stop)).Width);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task A_result_that_nobody_waits_for_is_disposed_of()
    {
        using ManualResetEventSlim end = new();
        using ImageIntake intake = new(threads: 1);
        using CancellationTokenSource giveUp = new();
        Witness witness = new();
        Task<Witness> reading = intake.ReadAsync(TestImages.Png(), "a", (_, _) =>
        {
            giveUp.Cancel();
            end.Wait(Stop);
            return witness;
        }, giveUp.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        end.Set();
        await witness.Disposed.Task.WaitAsync(Stop);
    }

    [Fact]
    public async Task Names_from_outside_cannot_break_a_line()
    {
        using ImageIntake intake = new();
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => intake.InspectAsync("x"u8.ToArray(), "a.jpg\r\n2030-01-01 admin logged in\u202e\u001b[31m", Stop));
        Assert.StartsWith("a.jpg??2030-01-01 admin logged in??[31m: ", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Witness : IDisposable
    {
        public TaskCompletionSource Disposed { get; } = new();

        public void Dispose() => Disposed.TrySetResult();
    }
}
