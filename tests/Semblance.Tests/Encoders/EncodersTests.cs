using Semblance.Data;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Tests.Training;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Encoders;

/// <summary>Encoding into files, without a training: the model keeps its first weights.</summary>
public sealed class EncodersTests : IDisposable
{
    private readonly TinyRun tiny = new();
    private readonly Recipe recipe;
    private readonly Model model;
    private readonly Dataset images;
    private readonly EncodedNote note;

    public EncodersTests()
    {
        recipe = tiny.Load();
        images = tiny.Open();
        model = ModelBuilder.Make(recipe, images.ClassNames.Count);
        note = new EncodedNote("tiny", "0123456789abcdef", "none", images.ClassNames);
    }

    [Theory]
    [InlineData(RowKind.Code)]
    [InlineData(RowKind.Embedding)]
    public void An_interrupted_encoding_goes_on_to_the_same_file(RowKind kind)
    {
        string whole = tiny.File("whole"), stopped = tiny.File("stopped");
        EncodedFile.Write(whole, Encoder(), images, kind, note);
        for (int round = 0; round < 2; round++)
        {
            using CancellationTokenSource stop = new();
            int batches = 0;
            Assert.ThrowsAny<OperationCanceledException>(() => EncodedFile.Write(stopped, Encoder(), images, kind, note, _ => { if (++batches == 2) { stop.Cancel(); } }, stop.Token));
            Assert.False(File.Exists(stopped));
        }
        // A block that the crash tore.
        using (FileStream torn = File.OpenWrite(RowFileWriter.PartialPath(stopped)))
        {
            torn.SetLength(torn.Length - 5);
        }
        EncodedCounts counts = EncodedFile.Write(stopped, Encoder(), images, kind, note);
        Assert.Equal(images.Count, counts.Rows);
        Assert.InRange(counts.Restored, 1, images.Count - 1);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(stopped));
        Assert.False(File.Exists(RowFileWriter.PartialPath(stopped)));
    }

    [Fact]
    public void Another_model_does_not_go_on_with_an_unfinished_file()
    {
        string file = tiny.File("codes");
        using (CancellationTokenSource stop = new())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => EncodedFile.Write(file, Encoder(), images, RowKind.Code, note, _ => stop.Cancel(), stop.Token));
        }
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => EncodedFile.Write(file, Encoder(), images, RowKind.Code, note with { Model = "ffffffffffffffff" }));
        Assert.Contains("another model", refusal.Message, StringComparison.Ordinal);
        InvalidDataException unfinished = Assert.Throws<InvalidDataException>(() => EncodedCollection.Open(file));
        Assert.Contains("not finished", unfinished.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_images_are_counted_and_listed_and_the_others_encoded()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(tiny.Images, "class-1/00.png"));
        File.WriteAllBytes(Path.Combine(tiny.Images, "class-1/00.png"), good[..(good.Length / 2)]);
        File.WriteAllBytes(Path.Combine(tiny.Images, "class-2/03.png"), []);
        Dataset all = DatasetSource.Open(tiny.Images, options: new DatasetOptions { Lenient = true });
        EncodedCounts counts = EncodedFile.Write(tiny.File("codes"), Encoder(), all, RowKind.Code, note);
        EncodedCollection collection = EncodedCollection.Open(tiny.File("codes"));
        Assert.Equal(46, counts.Rows);
        Assert.Equal(46, collection.Items.Count);
        Assert.DoesNotContain(collection.Items, item => item.Id is "class-1/00.png" or "class-2/03.png");
        string[] said = [.. counts.Skipped, .. all.Problems];
        Assert.Contains(said, sentence => sentence.Contains("class-1/00.png", StringComparison.Ordinal));
        Assert.Contains(said, sentence => sentence.Contains("class-2/03.png", StringComparison.Ordinal));
        Assert.Throws<InvalidDataException>(() => Encoder(skip: false).EncodeAll(all));
    }

    [Fact]
    public void Arrays_hold_the_rows_of_the_file()
    {
        EncodedSet rows = Encoder().EncodeAll(images);
        EncodedFile.Write(tiny.File("codes"), Encoder(), images, RowKind.Code, note);
        EncodedFile.Write(tiny.File("embeddings"), Encoder(), images, RowKind.Embedding, note);
        EncodedFile.WriteNpy(tiny.File("codes"), tiny.File("codes.npy"));
        EncodedFile.WriteNpy(tiny.File("embeddings"), tiny.File("embeddings.npy"));
        Codes codes = NpyFile.ReadCodes(tiny.File("codes.npy"), recipe.Model.Bits);
        Assert.Equal(Codes.FromSigns(rows.Rows, rows.Width).ToBytes(), codes.ToBytes());
        NpyArray<float> embeddings = NpyFile.Read<float>(tiny.File("embeddings.npy"));
        Assert.Equal([images.Count, rows.Width], embeddings.Shape);
        Assert.Equal(rows.Rows, embeddings.Data);
        Assert.Equal(images.Items.Select(item => item.Id), File.ReadAllLines(tiny.File("codes.ids.txt")));
    }

    [Fact]
    public void Rows_do_not_depend_on_the_batch_and_the_model_goes_back_to_training()
    {
        model.Train();
        EncodedSet one = new Encoder(model, Seen, new EncoderOptions { Batch = 1, Threads = 1 }).EncodeAll(images);
        EncodedSet many = new Encoder(model, Seen, new EncoderOptions { Batch = 17, Threads = 3 }).EncodeAll(images);
        Assert.True(model.IsTraining);
        Assert.All(one.Rows.Zip(many.Rows), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void An_image_finds_itself_at_distance_0()
    {
        EncodedFile.Write(tiny.File("codes"), Encoder(), images, RowKind.Code, note);
        EncodedFile.Write(tiny.File("embeddings"), Encoder(), images, RowKind.Embedding, note);
        EncodedSet rows = Encoder().EncodeAll(images);
        FoundRow[][] codes = EncodedCollection.Open(tiny.File("codes")).Nearest(rows, images.Count), embeddings = EncodedCollection.Open(tiny.File("embeddings")).Nearest(rows, 1);
        for (int k = 0; k < images.Count; k++)
        {
            Assert.Contains(codes[k], hit => hit.Row == k && hit.Distance == 0);
            Assert.Equal(0, embeddings[k][0].Distance, 1e-5);
        }
    }

    [Fact]
    public void Foreign_files_and_other_widths_are_refused()
    {
        File.WriteAllText(tiny.File("foreign"), "not a file of codes, but long enough to be looked at.");
        Assert.Contains("not a file of codes", Assert.Throws<InvalidDataException>(() => EncodedCollection.Open(tiny.File("foreign"))).Message, StringComparison.Ordinal);
        Assert.Contains("is not there", Assert.Throws<InvalidDataException>(() => EncodedCollection.Open(tiny.File("missing"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InvalidDataException>(() => EncodedCollection.Open(tiny.Root)).Message, StringComparison.Ordinal);
        EncodedFile.Write(tiny.File("codes"), Encoder(), images, RowKind.Code, note);
        EncodedCollection collection = EncodedCollection.Open(tiny.File("codes"));
        Assert.Equal(note.Model, collection.Note!.Model);
        Assert.Contains("Search with the model", Assert.Throws<ArgumentException>(() => collection.Nearest(new EncodedSet(new float[7], 7, [0], []), 1)).Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(tiny.File("codes"));
        for (int cut = 1; cut < bytes.Length; cut += 97)
        {
            File.WriteAllBytes(tiny.File("cut"), bytes[..cut]);
            Assert.Throws<InvalidDataException>(() => EncodedCollection.Open(tiny.File("cut")));
        }
    }

    [Fact]
    public void A_model_of_unsound_weights_encodes_nothing()
    {
        using (Autograd.NoGrad())
        {
            model.Parameters().First().Value.CopyFrom(Tensor.Full(model.Parameters().First().Value.Shape, double.NaN));
        }
        SemblanceException failure = Assert.Throws<SemblanceException>(() => EncodedFile.Write(tiny.File("codes"), Encoder(), images, RowKind.Code, note));
        Assert.Contains("class-0/00.png", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(tiny.File("codes")));
    }

    public void Dispose()
    {
        model.Dispose();
        tiny.Dispose();
    }

    private Semblance.Data.Loading.ImageTransform Seen => DataOpening.Transform(recipe.Data, augment: false);

    private Encoder Encoder(bool skip = true) => new(model, Seen, new EncoderOptions { Batch = 8, Threads = 2, SkipDamaged = skip });
}
