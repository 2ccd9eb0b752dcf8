using System.Security.Cryptography;
using Semblance.Data.Drawn;
using Xunit;

namespace Semblance.Tests.Data.Drawn;

public sealed class DrawnRendererTests
{
    [Fact]
    public void Pictures_are_the_same_bytes_on_every_machine()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int category = 0; category < DrawnSet.Classes.Count; category++)
        {
            hash.AppendData(DrawnRenderer.Render(DrawnScene.Sample(7, category, 3), 32));
        }

        Assert.Equal("f67e67c1d0f60cc1f4c10ba052ec0f570c873d564e5af8728bf142770ec201db", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Another_seed_class_or_number_gives_another_picture()
    {
        byte[] picture = DrawnRenderer.Render(DrawnScene.Sample(1, 0, 0), 16);
        Assert.NotEqual(picture, DrawnRenderer.Render(DrawnScene.Sample(2, 0, 0), 16));
        Assert.NotEqual(picture, DrawnRenderer.Render(DrawnScene.Sample(1, 1, 0), 16));
        Assert.NotEqual(picture, DrawnRenderer.Render(DrawnScene.Sample(1, 0, 1), 16));
    }

    [Fact]
    public void The_object_is_seen_near_the_middle_of_every_picture()
    {
        for (int category = 0; category < DrawnSet.Classes.Count; category++)
        {
            for (int picture = 0; picture < 8; picture++)
            {
                Stage stage = DrawnScene.Sample(1, category, picture).Stage;
                int seen = Enumerable.Range(0, 1024).Count(i => Sees(stage, ((i % 32) / 16.0) - 0.97, ((i / 32) / 16.0) - 0.97));
                Assert.True(seen > 30, $"{DrawnSet.Classes[category]} {picture}: {seen} of 1024 rays meet the object");
            }
        }
    }

    [Fact]
    public void A_wrong_size_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnRenderer.Render(DrawnScene.Sample(1, 0, 0), 7));

    /// <summary>Whether the ray at (x, y) meets the object before anything else.</summary>
    private static bool Sees(Stage stage, double x, double y)
    {
        Vec way = stage.View.Ray(x, y);
        double[] meets = [.. stage.Solids.Select(solid => solid.Meet(stage.View.Eye, way))];
        return double.IsFinite(meets[0]) && meets[0] == meets.Min();
    }
}
