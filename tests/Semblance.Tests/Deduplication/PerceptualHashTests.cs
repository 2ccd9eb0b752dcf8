using System.Numerics;
using Semblance.Deduplication;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Deduplication;

public sealed class PerceptualHashTests
{
    [Fact]
    public void Copies_lie_within_the_radius_and_other_pictures_outside()
    {
        ulong[][] codes = [.. Enumerable.Range(0, 40).Select(seed => PerceptualHash.Of(Pictures.Make(seed)))];
        for (int seed = 0; seed < codes.Length; seed++)
        {
            RgbImage picture = Pictures.Make(seed);
            Assert.InRange(Distance(codes[seed], PerceptualHash.Of(Pictures.Resized(picture, 0.5))), 0, PerceptualHash.Radius);
            Assert.InRange(Distance(codes[seed], PerceptualHash.Of(Pictures.Resized(picture, 2))), 0, PerceptualHash.Radius);
            Assert.InRange(Distance(codes[seed], PerceptualHash.Of(Pictures.Recompressed(picture, 40))), 0, PerceptualHash.Radius);
            Assert.InRange(Distance(codes[seed], PerceptualHash.Of(Pictures.Cropped(picture, 0.02))), 0, PerceptualHash.Radius);
            Assert.All(codes.Where((_, other) => other != seed), other => Assert.InRange(Distance(codes[seed], other), PerceptualHash.Radius + 1, PerceptualHash.Bits));
        }
    }

    /// <summary>The shares that <see cref="PerceptualHash.Radius"/> states, on photographs.</summary>
    [Fact]
    public void Copies_of_photographs_are_found_as_often_as_is_said()
    {
        string[] files = [.. Directory.GetFiles(Shared.Folder("data/coco256"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        RgbImage[] photographs = [.. files.Select(file => ImageCodec.Decode(File.ReadAllBytes(file), file))];
        ulong[][] codes = [.. photographs.Select(PerceptualHash.Of)];
        double Found(Func<RgbImage, RgbImage> copy) => photographs.Select((photograph, i) => Distance(codes[i], PerceptualHash.Of(copy(photograph))) <= PerceptualHash.Radius ? 1.0 : 0).Average();

        Assert.InRange(Found(photograph => Pictures.Resized(photograph, 0.5)), 0.99, 1);
        Assert.InRange(Found(photograph => Pictures.Recompressed(photograph, 40)), 0.99, 1);
        Assert.InRange(Found(Pictures.InGrey), 0.99, 1);
        Assert.InRange(Found(photograph => Pictures.Cropped(photograph, 0.03)), 0.97, 1);
        Assert.InRange(Found(photograph => Pictures.Cropped(photograph, 0.05)), 0.8, 1);
        Assert.Empty(from i in Enumerable.Range(0, codes.Length) from j in Enumerable.Range(0, i) where Distance(codes[i], codes[j]) <= PerceptualHash.Radius select $"{files[i]} {files[j]}");
    }

    [Fact]
    public void Flat_pictures_are_told_apart_by_their_colour_alone()
    {
        ulong[] white = PerceptualHash.Of(Pictures.Flat(255, 255, 255)), black = PerceptualHash.Of(Pictures.Flat(0, 0, 0)), red = PerceptualHash.Of(Pictures.Flat(255, 0, 0));

        Assert.Equal(0UL, white[0]);
        Assert.Equal(32, Distance(white, black));
        Assert.InRange(Distance(red, white), PerceptualHash.Radius + 1, 32);
        Assert.InRange(Distance(red, black), PerceptualHash.Radius + 1, 32);
        Assert.Equal(white, PerceptualHash.Of(Pictures.Flat(255, 255, 255, 300, 20)));
        Assert.InRange(Distance(PerceptualHash.Of(Pictures.Flat(100, 100, 100)), PerceptualHash.Of(Pictures.Flat(104, 104, 104))), 0, 3);
    }

    [Fact]
    public void A_file_gives_the_code_of_its_pixels_and_a_broken_one_says_why()
    {
        byte[] png = ImageCodec.Encode(Pictures.Make(7), ImageFormat.Png);

        Assert.True(PerceptualHash.TryOf(png, out ulong[]? code, out _));
        Assert.InRange(Distance(code, PerceptualHash.Of(Pictures.Make(7))), 0, 1);
        Assert.Equal(0UL, code[1] >> 32);
        Assert.False(PerceptualHash.TryOf(png.AsSpan(0, 100), out code, out ImageProblem problem));
        Assert.Null(code);
        Assert.Equal(ImageFault.Damaged, problem.Fault);
    }

    private static int Distance(ulong[] one, ulong[] other) => one.Zip(other, (a, b) => BitOperations.PopCount(a ^ b)).Sum();
}
