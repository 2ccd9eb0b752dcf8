using Semblance.Data;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index.Files;
using Semblance.Tests.Data;
using Xunit;

namespace Semblance.Tests.Deduplication;

public sealed class SeenImagesTests : IDisposable
{
    private readonly ImageTree tree = Pictures.Folder();
    private readonly TemporaryFolder folder = new();

    private string Seen => folder.File("seen.codes");

    public void Dispose()
    {
        tree.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Only_new_and_changed_images_are_encoded()
    {
        FolderCodes first = Update();
        Assert.Equal((6, 6, 2), (first.Encoded, first.Codes.Count, first.Skipped.Count));
        Assert.All(first.Skipped, sentence => Assert.Contains(tree.Path, sentence, StringComparison.Ordinal));

        FolderCodes again = Update();
        Assert.Equal((0, 6, 2), (again.Encoded, again.Codes.Count, again.Skipped.Count));
        Assert.Equal(first.Codes.Words, again.Codes.Words);

        tree.Write("b/new.jpg", Pictures.Jpeg(Pictures.Make(9)));
        tree.Write("b/two.jpg", Pictures.Jpeg(Pictures.Make(10)));
        File.Delete(tree.File("three.png"));
        FolderCodes later = Update();
        Assert.Equal((2, 6), (later.Encoded, later.Codes.Count));
        Assert.Equal(Fresh().Codes.Words, later.Codes.Words);
        Assert.Equal(6, CodesFile.Read(Seen).Codes.Count);
        Assert.Equal(0, Update().Encoded);
    }

    [Fact]
    public void Nothing_is_written_where_nothing_changed()
    {
        File.Delete(tree.File("broken.jpg"));
        File.Delete(tree.File("empty.png"));
        Update();
        DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Seen, written);

        Assert.Equal(0, Update().Encoded);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Seen));
    }

    [Fact]
    public void A_damaged_file_and_one_of_another_hash_are_made_anew()
    {
        Update();
        byte[] bytes = File.ReadAllBytes(Seen);
        bytes[^30] ^= 1;
        File.WriteAllBytes(Seen, bytes);
        Assert.Equal(6, Update().Encoded);

        CodesFile other = CodesFile.Read(Seen);
        (other with { Metadata = (EncodedNote.Parse(other.Metadata)! with { Model = "other" }).ToJson() }).Write(Seen);
        Assert.Equal(6, Update().Encoded);
    }

    [Fact]
    public void What_was_encoded_before_an_interruption_is_not_encoded_again()
    {
        for (int seed = 100; seed < 400; seed++)
        {
            tree.Write($"many/{seed}.jpg", Pictures.Jpeg(Pictures.Make(seed, 24, 18)));
        }
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => SeenImages.Update(Seen, Data, ImageCoder.Perceptual(2), _ => stop.Cancel(), stop.Token));
        Assert.False(File.Exists(Seen));

        FolderCodes rest = Update();

        Assert.Equal(306, rest.Codes.Count);
        Assert.InRange(rest.Encoded, 1, 60);
        Assert.Equal(Fresh().Codes.Words, rest.Codes.Words);
        Assert.Equal([Seen], Directory.GetFiles(folder.Path));
    }

    private Dataset Data => Pictures.Open(tree);

    private FolderCodes Update() => SeenImages.Update(Seen, Data, ImageCoder.Perceptual(2));

    private FolderCodes Fresh()
    {
        using TemporaryFolder other = new();
        return SeenImages.Update(other.File("seen.codes"), Data, ImageCoder.Perceptual(1));
    }
}
