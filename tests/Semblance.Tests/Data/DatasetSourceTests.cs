using System.Formats.Tar;
using System.IO.Compression;
using Semblance.Data;
using Semblance.Tensors.Images;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class DatasetSourceTests : IDisposable
{
    private readonly ImageTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void In_class_folders_the_first_folder_is_the_class()
    {
        _tree.With("rose/a.jpg", "rose/deep/b.png", "daisy/a.jpg", "daisy/c.JPG", "daisy/.hidden.jpg");
        _tree.Write("daisy/notes.txt", "no image");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["daisy", "rose"], dataset.ClassNames);
        Assert.Equal(["daisy/a.jpg", "daisy/c.JPG", "rose/a.jpg", "rose/deep/b.png"], dataset.Items.Select(item => item.Id));
        Assert.Equal([0, 0, 1, 1], dataset.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(Path.Combine(_tree.Path, "rose/a.jpg"), dataset.Describe(2));
        Assert.Equal(File.ReadAllBytes(dataset.Describe(2)), dataset.ReadBytes(2).ToArray());
        Assert.Equal([2, 2], dataset.ClassCounts());
        Assert.Empty(dataset.Splits);
    }

    [Fact]
    public void Folders_named_train_and_test_are_splits_of_class_folders()
    {
        _tree.With("train/rose/a.jpg", "train/daisy/b.jpg", "test/rose/c.jpg");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["daisy", "rose"], dataset.ClassNames);
        Assert.Equal(["test", "train"], dataset.Splits.Order());
        Assert.Equal(["train/daisy/b.jpg", "train/rose/a.jpg"], dataset.Split("train").Items.Select(item => item.Id));
        Assert.Equal(1, DatasetSource.Open(_tree.Path, options: new() { Split = "test" }).Count);
    }

    [Fact]
    public void A_folder_without_folders_is_images_without_classes()
    {
        _tree.With("b.jpg", "a.png");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["a.png", "b.jpg"], dataset.Items.Select(item => item.Id));
        Assert.Empty(dataset.ClassNames);
        Assert.All(dataset.Items, item => Assert.Empty(item.Labels));
    }

    [Fact]
    public void A_backslash_in_a_name_is_no_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no names with a backslash.");
        _tree.With("rose/a.png", @"rose/b\c.png");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["rose/a.png", @"rose/b\c.png"], dataset.Items.Select(item => item.Id));
        Assert.Equal(File.ReadAllBytes(_tree.File(@"rose/b\c.png")), dataset.ReadBytes(1).ToArray());
    }

    [Fact]
    public void A_table_names_paths_labels_and_splits()
    {
        _tree.With("images/a.jpg", "images/b, c.jpg");
        _tree.Write("labels.csv", "\uFEFFpath,Label,note,split\r\nimages/a.jpg,tabby cat,\"says \"\"hi\"\"\",train\r\n\r\n\"images/b, c.jpg\",dog,,test\r\n");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["dog", "tabby cat"], dataset.ClassNames);
        Assert.Equal(["images/a.jpg", "images/b, c.jpg"], dataset.Items.Select(item => item.Id));
        Assert.Equal([1, 0], dataset.Items.Select(item => item.Labels[0]));
        Assert.Equal(["train", "test"], dataset.Splits);
        Assert.False(dataset.MultiLabel);
        Assert.Equal(16, dataset.Decode(1).Height);
    }

    [Theory]
    [InlineData("file,class_ids\na.jpg,2 10\nb.jpg,\n", "2|10", "0 1|")]
    [InlineData("file,label\na.jpg,red;big cat\nb.jpg,red\n", "big cat|red", "0 1|1")]
    [InlineData("path,labels\na.jpg,red small\nb.jpg,red;blue\n", "blue|red|small", "1 2|0 1")]
    [InlineData("path,label\na.jpg,7 3\nb.jpg,3\n", "3|7", "0 1|0")]
    public void Several_labels_are_separated_by_semicolons_or_spaces(string csv, string classes, string labels)
    {
        _tree.With("a.jpg", "b.jpg");
        Dataset dataset = DatasetSource.Open(_tree.Write("set.csv", csv));
        Assert.True(dataset.MultiLabel);
        Assert.Equal(classes, string.Join('|', dataset.ClassNames));
        Assert.Equal(labels, string.Join('|', dataset.Items.Select(item => string.Join(' ', item.Labels))));
    }

    [Fact]
    public void A_list_of_class_names_fixes_their_order_and_takes_numbers_too()
    {
        _tree.With("a.jpg", "b.jpg");
        _tree.Write("classes.txt", "zebra\nant\n");
        string csv = _tree.Write("set.csv", "file,class\na.jpg,ant\nb.jpg,0\n");
        Dataset dataset = DatasetSource.Open(csv);
        Assert.Equal(["zebra", "ant"], dataset.ClassNames);
        Assert.Equal([1, 0], dataset.Items.Select(item => item.Labels[0]));
    }

    [Fact]
    public void A_class_name_column_names_numbered_classes()
    {
        _tree.With("a.jpg", "b.jpg");
        Dataset dataset = DatasetSource.Open(_tree.Write("set.csv", "file,class_id,class_name,split\na.jpg,14,Audi,train\nb.jpg,3,Acura,test\n"));
        Assert.Equal(["Acura", "Audi"], dataset.ClassNames);
        Assert.Equal([1, 0], dataset.Items.Select(item => item.Labels[0]));
    }

    [Fact]
    public void Images_inside_a_tar_archive_are_read_in_place()
    {
        byte[] first = TestImages.Png(9, 8), second = TestImages.Jpeg(7, 6);
        WriteTar(("b.png", first), ("./a.jpg", second), ("readme.txt", [1]));
        _tree.Write("labels.csv", "file,label\na.jpg,x\nb.png,y\n");
        Dataset dataset = DatasetSource.Open(_tree.File("images.tar"));
        Assert.Equal(["a.jpg", "b.png"], dataset.Items.Select(item => item.Id));
        Assert.Equal(first, dataset.ReadBytes(1).ToArray());
        Assert.Equal(second, dataset.ReadBytes(0).ToArray());
        Assert.Equal($"{_tree.File("images.tar")}: b.png", dataset.Describe(1));
        Assert.Equal(dataset.ContentHash, DatasetSource.Open(_tree.Path).ContentHash);
    }

    [Fact]
    public void A_tar_archive_without_a_table_has_class_folders()
    {
        WriteTar(("x/1.png", TestImages.Png()), ("y/1.png", TestImages.Png()));
        Assert.Equal(["x", "y"], DatasetSource.Open(_tree.File("images.tar")).ClassNames);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cifar_binaries_are_planes_behind_one_or_two_labels(int labelBytes)
    {
        byte[] planes = [.. Enumerable.Repeat((byte)10, 1024), .. Enumerable.Repeat((byte)20, 1024), .. Enumerable.Repeat((byte)30, 1024)];
        byte[] record = labelBytes == 1 ? [3, .. planes] : [1, 57, .. planes];
        _tree.Write(labelBytes == 1 ? "data_batch_1.bin" : "train.bin", [.. record, .. record]);
        _tree.Write(labelBytes == 1 ? "test_batch.bin" : "test.bin", record);
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["train/00000", "train/00001", "test/00000"], dataset.Items.Select(item => item.Id));
        Assert.All(dataset.Items, item => Assert.Equal(labelBytes == 1 ? 3 : 57, item.Labels[0]));
        Assert.Equal(labelBytes == 1 ? 10 : 100, dataset.ClassNames.Count);
        RgbImage image = dataset.Decode(2);
        Assert.Equal((32, 32), (image.Width, image.Height));
        Assert.Equal([10, 20, 30], image.Pixels[^3..]);
        Assert.EndsWith("test.bin: record 0", dataset.Describe(2).Replace("_batch", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Record_streams_keep_their_labels_and_images()
    {
        byte[] image = TestImages.Jpeg(8, 8);
        WriteRecords("train.jpgs.gz", (1, image), (0, image));
        WriteRecords("test.jpgs.gz", (2, TestImages.Jpeg(9, 9)));
        Dataset dataset = DatasetSource.Open(_tree.Path);
        Assert.Equal(["train/00000", "train/00001", "test/00000"], dataset.Items.Select(item => item.Id));
        Assert.Equal(["0", "1", "2"], dataset.ClassNames);
        Assert.Equal([1, 0, 2], dataset.Items.Select(item => item.Labels[0]));
        Assert.Equal(image, dataset.ReadBytes(1).ToArray());
        Assert.Equal(9, dataset.Decode(2).Width);
    }

    [Fact]
    public void Labels_can_be_replaced_by_a_column_of_another_table()
    {
        byte[] image = TestImages.Jpeg(8, 8);
        WriteRecords("train.jpgs.gz", (1, image), (0, image));
        WriteRecords("test.jpgs.gz", (2, image));
        string noisy = _tree.Write("noisy.csv", "index,clean,worse\n1,0,2\n0,1,1\n");
        DatasetOptions options = new() { LabelFile = noisy, LabelColumn = "worse", LabelSplit = "train" };
        Assert.Equal([1, 2, 2], DatasetSource.Open(_tree.Path, options: options).Items.Select(item => item.Labels[0]));
        AssertRefused("noisy.csv has labels for 2 of 3 images", options with { LabelSplit = "" });
        AssertRefused("there is no column \"wrose\"", options with { LabelColumn = "wrose" });
    }

    [Fact]
    public void A_missing_path_is_said()
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => DatasetSource.Open("/no/such/place"));
        Assert.Equal("/no/such/place is not there. Name an existing folder, table (.csv), list (.txt), archive (.tar, .jpgs.gz), annotations (.json) or CIFAR file (.bin).", exception.Message);
    }

    [Fact]
    public void A_folder_without_images_is_said()
    {
        AssertRefused("has no images; it is empty");
        _tree.Write("a/notes.txt", "x");
        _tree.Write("a/more.doc", "x");
        AssertRefused("has no images; its 2 files are something else");
    }

    [Fact]
    public void An_image_beside_class_folders_is_said()
    {
        _tree.With("rose/a.jpg", "lost.jpg");
        AssertRefused("has lost.jpg beside its class folders");
    }

    [Theory]
    [InlineData("name,colour\na.jpg,1\n", "line 1: the columns are \"name\", \"colour\"; a path column (path or file) is needed")]
    [InlineData("path,colour\na.jpg,1\n", "line 1: the columns are \"path\", \"colour\"; a label column")]
    [InlineData("path,label\na.jpg,1\nb.jpg\n", "line 3: 1 value; the header has 2 columns")]
    [InlineData("path,label\na.jpg,1,2\n", "line 2: 3 values; the header has 2 columns")]
    [InlineData("path,label\n\"a.jpg,1\n", "line 2: a quote is opened and never closed")]
    [InlineData("path,label\na.jpg,1\nb.jpg,1\na.jpg,2\n", "line 4: \"a.jpg\" was already named in line 2")]
    [InlineData("path,label\na.jpg,1\nc.jpg,1\n", "c.jpg is not there")]
    [InlineData("path,label\n,1\n", "line 2: the path is empty")]
    [InlineData("path,label\n", "names no image")]
    [InlineData("", "is empty; a header line")]
    public void A_table_with_a_fault_is_refused_with_its_line(string csv, string message)
    {
        _tree.With("a.jpg", "b.jpg");
        _tree.Write("labels.csv", csv);
        AssertRefused(message);
    }

    [Fact]
    public void An_unknown_class_is_said_with_the_nearest_one()
    {
        _tree.With("a.jpg", "b.jpg");
        _tree.Write("classes.txt", "spaniel\npoodle\n");
        _tree.Write("labels.csv", "path,label\na.jpg,spanyel\nb.jpg,7\n");
        AssertRefused("labels.csv, line 2: class \"spanyel\" is not in " + _tree.File("classes.txt") + "; nearest is \"spaniel\". Correct the name, or add it to the list. (1 more");
        Dataset lenient = DatasetSource.Open(_tree.Path, options: new() { Lenient = true });
        Assert.Equal(2, lenient.Problems.Count);
        Assert.Contains("class 7 is not in", lenient.Problems[1]);
        Assert.Empty(lenient.Items[0].Labels);
    }

    [Fact]
    public void Two_labels_in_a_single_label_set_are_refused()
    {
        _tree.With("a.jpg");
        _tree.Write("labels.csv", "path,label\na.jpg,x;y\n");
        AssertRefused("line 2: 2 labels; this set has one label per image", new() { MultiLabel = false });
    }

    [Fact]
    public void A_class_list_with_a_name_twice_is_refused()
    {
        _tree.With("a.jpg");
        _tree.Write("classes.txt", "x\ny\nx\n");
        _tree.Write("labels.csv", "path,label\na.jpg,x\n");
        AssertRefused("line 3: class \"x\" was already named in line 1");
    }

    [Fact]
    public void Damaged_archives_are_refused()
    {
        AssertRefused("has 100 bytes; a multiple of 3073", path: _tree.Write("x.bin", new byte[100]));
        AssertRefused("is not a whole gzip file", path: _tree.Write("y.jpgs.gz", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
        AssertRefused("is not a whole tar archive", path: _tree.Write("z.tar", [.. Enumerable.Repeat((byte)'q', 2000)]));
        AssertRefused("is no data set by its name", path: _tree.Write("notes.doc", "x"));
        WriteRecords("w.jpgs.gz", (1, TestImages.Jpeg(8, 8)));
        byte[] unpacked = Unpack(_tree.File("w.jpgs.gz"));
        Pack("w.jpgs.gz", unpacked[..^5]);
        AssertRefused("ends inside record 0", path: _tree.File("w.jpgs.gz"));
    }

    [Fact]
    public void A_record_with_an_impossible_label_is_refused()
    {
        byte[] record = new byte[3073];
        record[0] = 11;
        AssertRefused("has label 11; labels from 0 to 9 are needed", path: _tree.Write("x.bin", record));
    }

    [Fact]
    public void An_unknown_split_is_said_with_the_known_ones()
    {
        _tree.With("train/x/a.jpg", "test/x/b.jpg");
        AssertRefused("has no image in split \"tset\"; it has \"test\", \"train\"", new() { Split = "tset" });
    }

    [Fact]
    public void A_class_with_one_image_is_refused_where_pairs_are_needed()
    {
        Dataset dataset = DatasetSource.Open(_tree.With("x/a.jpg", "x/b.jpg", "y/c.jpg", "z/d.jpg").Path, options: new() { Name = "set" });
        dataset.DemandPerClass(1);
        string message = Assert.Throws<InvalidDataException>(() => dataset.DemandPerClass(2)).Message;
        Assert.Equal("set: class \"y\" has one image; each class needs at least 2. Add images, or leave the class out. Classes with too few images: 2.", message);
        dataset.Subset([0, 1], "pairs").DemandPerClass(2);
    }

    [Fact]
    public void A_file_that_disappears_is_named()
    {
        _tree.With("x/a.jpg");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        File.Delete(dataset.Describe(0));
        Assert.Contains("x/a.jpg cannot be read", Assert.Throws<InvalidDataException>(() => dataset.ReadBytes(0)).Message);
    }

    [Fact]
    public void Hashes_follow_the_content_and_not_the_place()
    {
        using ImageTree other = new();
        _tree.With("x/a.jpg", "y/b.jpg");
        other.With("x/a.jpg", "y/b.jpg");
        Dataset dataset = DatasetSource.Open(_tree.Path), same = DatasetSource.Open(other.Path);
        Assert.Equal(dataset.ContentHash, same.ContentHash);
        Dataset relabelled = dataset.Relabel([[1], [0]]);
        Assert.Equal(dataset.ImagesHash, relabelled.ImagesHash);
        Assert.NotEqual(dataset.ContentHash, relabelled.ContentHash);
        other.Write("y/b.jpg", TestImages.Jpeg(8, 8, 9));
        Assert.NotEqual(dataset.ImagesHash, DatasetSource.Open(other.Path).ImagesHash);
    }

    [Fact]
    public void The_shared_cars_have_disjoint_classes_in_their_splits()
    {
        Dataset cars = DatasetSource.Open(Shared.Folder("data/cars"));
        Assert.Equal((4037, 98), (cars.Count, cars.ClassNames.Count));
        Dataset train = cars.Split("train"), test = cars.Split("test");
        Assert.Equal((1995, 2042), (train.Count, test.Count));
        Assert.Empty(train.Items.Select(item => item.Labels[0]).Intersect(test.Items.Select(item => item.Labels[0])));
        Assert.Equal("Audi TTS Coupe 2012", cars.ClassNames[cars.Items[0].Labels[0]]);
        Assert.Equal(112, Math.Min(cars.Decode(4036).Width, cars.Decode(4036).Height));
    }

    [Fact]
    public void The_shared_cifar_stream_and_its_binary_sample_agree()
    {
        Dataset stream = DatasetSource.Open(Shared.Folder("data/cifar10/test.jpgs.gz"));
        Dataset sample = DatasetSource.Open(Shared.Folder("data/cifar10/sample_500.bin"));
        Assert.Equal((10_000, 500), (stream.Count, sample.Count));
        Assert.Equal(CifarOrder(stream), sample.Items.Select(item => item.Labels[0]));
        int first = Enumerable.Range(0, stream.Count).First(i => stream.Items[i].Labels[0] == sample.Items[0].Labels[0]);
        Assert.InRange(stream.Decode(first).Pixels.Zip(sample.Decode(0).Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 1);
    }

    [Fact]
    public void The_shared_noisy_labels_have_their_published_noise_rate()
    {
        Dataset clean = DatasetSource.Open(Shared.Folder("data/cifar10"));
        Dataset noisy = DatasetSource.Open(Shared.Folder("data/cifar10"), options: new() { LabelFile = Shared.Folder("data/cifar10/cifar10n.csv"), LabelColumn = "worse_label", LabelSplit = "train" });
        double rate = clean.Split("train").Items.Zip(noisy.Split("train").Items, (a, b) => a.Labels[0] == b.Labels[0] ? 0.0 : 1.0).Average();
        Assert.Equal(0.4021, rate, 4);
        Assert.Equal("airplane", clean.ClassNames[0]);
    }

    [Fact]
    public void The_shared_coco_images_have_several_labels()
    {
        Dataset coco = DatasetSource.Open(Shared.Folder("data/coco256"));
        Assert.Equal((256, 80), (coco.Count, coco.ClassNames.Count));
        Assert.True(coco.MultiLabel);
        Assert.Equal(2, coco.Items.Count(item => item.Labels.Length == 0));
        Assert.Equal([45, 49, 50], coco.Items[0].Labels);
        Assert.Equal(1000, DatasetSource.Open(Shared.Folder("data/flowers5")).Count);
    }

    private static IEnumerable<int> CifarOrder(Dataset stream)
    {
        // The sample holds the first 50 test images of each class, in the order of the test set.
        int[] seen = new int[10];
        return stream.Items.Select(item => item.Labels[0]).Where(label => seen[label]++ < 50);
    }

    private void AssertRefused(string message, DatasetOptions? options = null, string? path = null) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => DatasetSource.Open(path ?? _tree.Path, options: options)).Message);

    private void WriteTar(params (string Name, byte[] Bytes)[] files)
    {
        using FileStream stream = File.Create(_tree.File("images.tar"));
        using TarWriter writer = new(stream, TarEntryFormat.Ustar);
        foreach ((string name, byte[] bytes) in files)
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }
    }

    private void WriteRecords(string name, params (byte Label, byte[] Bytes)[] records) =>
        Pack(name, [.. records.SelectMany(record => new[] { record.Label, (byte)record.Bytes.Length, (byte)(record.Bytes.Length >> 8) }.Concat(record.Bytes))]);

    private void Pack(string name, byte[] bytes)
    {
        using GZipStream gzip = new(File.Create(_tree.File(name)), CompressionLevel.Fastest);
        gzip.Write(bytes);
    }

    private static byte[] Unpack(string path)
    {
        using GZipStream gzip = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream memory = new();
        gzip.CopyTo(memory);
        return memory.ToArray();
    }
}
