using System.Buffers.Binary;
using System.Diagnostics;
using Semblance.Tests.Tensors.Images;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary>What can be wrong with what a user gives: one clear sentence, the documented code, and nothing half-written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TinyRun tiny = new(classes: 4, each: 6);

    [Fact]
    public void A_missing_path_is_named()
    {
        CliProcess.Run("train", tiny.File("no.yaml")).Refused(3, "no.yaml is not there");
        Train("data.path=nowhere").Refused(3, "nowhere is not there");
        CliProcess.Run("data", "check", tiny.File("no")).Refused(3, "is not there");
        CliProcess.Run("evaluate", tiny.File("no")).Refused(3, "holds no run", "semblance train");
        CliProcess.Run("encode", tiny.File("no"), tiny.Images, "--out", tiny.File("codes")).Refused(3, "holds no run");
        CliProcess.Run("index", "info", tiny.File("no")).Refused(3, "is not there", "semblance encode");
        CliProcess.Run("quickstart", "--images", tiny.File("no"), "--out", tiny.File("quick")).Refused(3, "is not there");
        CliProcess.Run("quickstart", "--backbone", "resnet19", "--out", tiny.File("quick")).Refused(3, "model.backbone", "resnet18");
        Assert.False(Directory.Exists(tiny.File("quick")));
        AssertNothingWritten();
    }

    [Fact]
    public void An_unreadable_path_is_named()
    {
        // Root reads everything, but not a folder where a file must be.
        Directory.CreateDirectory(tiny.File("folder.yaml"));
        CliProcess.Run("train", tiny.File("folder.yaml")).Refused(3, "folder.yaml");
        CliProcess.Run("index", "info", tiny.Root).Refused(3, "is a folder");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every file");
        Shell($"chmod 000 '{tiny.Recipe}'");
        CliProcess.Run("train", tiny.Recipe).Refused(3, tiny.Recipe);
    }

    [Fact]
    public void An_empty_folder_is_refused()
    {
        Directory.CreateDirectory(tiny.File("empty"));
        Train($"data.path={tiny.File("empty")}").Refused(3, "empty");
        CliProcess.Run("data", "check", tiny.File("empty")).Refused(3, "empty");
        AssertNothingWritten();
    }

    [Fact]
    public void A_class_with_one_image_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(tiny.Images, "lonely"));
        File.Copy(Path.Combine(tiny.Images, "class-0/00.png"), Path.Combine(tiny.Images, "lonely/a.png"));
        Train().Refused(3, "class \"lonely\" has one image", "Add images");
        AssertNothingWritten();
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("text")]
    public void A_damaged_image_stops_a_training_by_its_path_and_an_encoding_passes_over_it(string damage)
    {
        byte[] jpeg = TestImages.Jpeg(48, 48);
        byte[] bytes = damage switch { "truncated" => jpeg[..(jpeg.Length / 2)], "empty" => [], _ => "This is text."u8.ToArray() };
        string bad = Path.Combine(tiny.Images, "class-1/zz.jpg");
        Train("steps=1").Done();
        File.WriteAllBytes(bad, bytes);
        Ended trained = CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("other"), "--set", "steps=20");
        trained.Refused(3, "zz.jpg");
        Assert.False(File.Exists(tiny.File("other/model.safetensors")));
        Ended encoded = CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", tiny.File("codes"), "--json").Done();
        Assert.Contains("\"skipped\": 1", encoded.Output, StringComparison.Ordinal);
        Assert.Contains("\"rows\": 24", encoded.Output, StringComparison.Ordinal);
        Assert.Contains("zz.jpg", Assert.Single(File.ReadAllLines(tiny.File("codes.skipped.txt"))), StringComparison.Ordinal);
        Ended check = CliProcess.Run("data", "check", tiny.Images, "--strict");
        Assert.Equal(4, check.Code);
        Assert.Contains("zz.jpg", check.Output, StringComparison.Ordinal);
        CliProcess.Run("search", tiny.File("codes"), bad, "--model", tiny.File("run")).Refused(3, "zz.jpg");
    }

    [Fact]
    public void A_bomb_of_2500_million_pixels_is_refused_in_bounded_memory()
    {
        string bomb = tiny.File("bomb.png");
        byte[] png = TestImages.RawPng(1, 1, 8, 0, new byte[1]);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 50_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 50_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), PngChecksum(png.AsSpan(12, 17)));
        File.WriteAllBytes(bomb, png);
        Train("steps=1").Done();
        CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", tiny.File("codes")).Done();
        using CliProcess search = CliProcess.Start("search", tiny.File("codes"), bomb, "--model", tiny.File("run"));
        long peak = PeakWhile(search);
        search.Wait().Refused(3, "bomb.png", "50000");
        // Decoded it would be 7,500 MB.
        Assert.True(peak < 1L << 30, $"{peak >> 20} MiB were in use.");
        File.Copy(bomb, Path.Combine(tiny.Images, "class-0/bomb.png"));
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("bombed"), "--set", "steps=20").Refused(3, "bomb.png");
    }

    [Fact]
    public void A_wrong_extension_is_read_by_content_and_reported()
    {
        File.WriteAllBytes(Path.Combine(tiny.Images, "class-0/really-a-jpeg.png"), TestImages.Jpeg(20, 20));
        Train("steps=1").Done();
        Ended check = CliProcess.Run("data", "check", tiny.Images, "--strict");
        Assert.Equal(4, check.Code);
        Assert.Contains("really-a-jpeg.png", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_file_with_wrong_columns_is_refused()
    {
        File.WriteAllText(tiny.File("labels.csv"), "file_name_x,species_y\nimages/class-0/00.png,a\n");
        Train($"data.path={tiny.File("labels.csv")}").Refused(3, "labels.csv", "file_name_x");
        File.WriteAllText(tiny.File("ragged.csv"), "path,label\nimages/class-0/00.png,a,b,c\n");
        Train($"data.path={tiny.File("ragged.csv")}").Refused(3, "ragged.csv", "line 2");
        AssertNothingWritten();
    }

    [Fact]
    public void Duplicate_ids_are_refused()
    {
        File.WriteAllText(tiny.File("twice.csv"), "path,label\nimages/class-0/00.png,a\nimages/class-0/01.png,a\nimages/class-0/00.png,b\n");
        Train($"data.path={tiny.File("twice.csv")}").Refused(3, "twice.csv", "images/class-0/00.png");
        AssertNothingWritten();
    }

    [Theory]
    [InlineData("optimizer.lr=fast", "optimizer.lr is \"fast\"", "number")]
    [InlineData("sampler.batch=[1, 2]", "sampler.batch", "number")]
    [InlineData("optimiser.lr=1", "optimiser is not a key", "nearest is optimizer")]
    [InlineData("model.backbone=resnet19", "model.backbone", "resnet18")]
    [InlineData("objective=[{loss: hff}]", "hff", "hhf")]
    [InlineData("nonsense", "nonsense", "=")]
    public void A_recipe_with_wrong_types_or_keys_names_what_is_valid(string setting, string found, string valid)
    {
        Train(setting).Refused(3, found, valid);
        AssertNothingWritten();
    }

    [Theory]
    [InlineData("objective term hyp2: 1 bits cannot hold 4 classes", "model.bits=1", "objective=[{loss: hyp2}]")]
    [InlineData("objective term sade", "objective=[{loss: sade}]")]
    [InlineData("objective term ecl", "objective=[{loss: ecl}]")]
    public void A_term_that_does_not_fit_the_model_is_a_fault_of_the_recipe(string found, params string[] settings)
    {
        Train([.. settings, "optimizer.groups=[]"]).Refused(3, "recipe tiny", found);
        AssertNothingWritten();
    }

    [Fact]
    public void A_key_that_another_rules_out_is_taken_out_by_null()
    {
        using TinyRun other = new();
        Assert.Equal(other.Load().Resolve(), other.Load("data.drawn=null").Resolve());
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => other.Load("data.drawn.seed=1"));
        Assert.Contains("data.drawn has no meaning here", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_a_recipe_are_told_at_once()
    {
        File.WriteAllText(tiny.File("bad.yaml"), "data: {path: x, siez: 3}\nmodel: {backbone: convnet, bits: many, head: hash}\nobjective: [{loss: hhf}]\n");
        Ended ended = CliProcess.Run("train", tiny.File("bad.yaml"));
        ended.Refused(3, "bad.yaml, line 1", "size", "bad.yaml, line 2", "many");
        File.WriteAllText(tiny.File("bad.yaml"), "data: {path: x\nmodel: [");
        CliProcess.Run("train", tiny.File("bad.yaml")).Refused(3, "bad.yaml");
    }

    [Fact]
    public void Weights_of_another_model_are_refused_by_the_names_of_their_tensors()
    {
        Train("steps=1").Done();
        string weights = tiny.File("run/model.safetensors");
        Ended other = CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("resnet"), "--set", "model.backbone=cifar_resnet20", "--set", $"model.weights={weights}");
        other.Refused(3, weights, "Missing (95)", "Unexpected (");
        File.WriteAllText(tiny.File("weights.pth"), "not a zip at all");
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("text"), "--set", $"model.weights={tiny.File("weights.pth")}").Refused(3, "weights.pth");
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("none"), "--set", $"model.weights={tiny.File("no.pth")}").Refused(3, "no.pth", "no such weight file");
        File.WriteAllBytes(tiny.File("torn.safetensors"), File.ReadAllBytes(weights)[..5000]);
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("torn"), "--set", $"model.weights={tiny.File("torn.safetensors")}").Refused(3, "torn.safetensors");
        Assert.All(new[] { "resnet", "text", "none", "torn" }, folder => Assert.False(Directory.Exists(tiny.File(folder)), folder));
    }

    [Fact]
    public void Misshapen_weights_are_refused_by_name_and_shape()
    {
        Train("steps=1").Done();
        string recipe = tiny.File("run/recipe.yaml");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("bits: 16", "bits: 32", StringComparison.Ordinal));
        CliProcess.Run("evaluate", tiny.File("run")).Refused(3, "model.safetensors", "16", "32", "head");
    }

    [Fact]
    public void A_collection_of_another_model_is_not_searched()
    {
        Train("steps=1").Done();
        CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", tiny.File("codes")).Done();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("two"), "--set", "steps=1", "--set", "seed=9").Done();
        string image = Path.Combine(tiny.Images, "class-0/00.png");
        CliProcess.Run("search", tiny.File("codes"), image, "--model", tiny.File("two")).Refused(3, "was encoded by model", "encode again");
        CliProcess.Run("index", "import", tiny.File("index"), tiny.File("codes")).Done();
        CliProcess.Run("search", tiny.File("index"), image, "--model", tiny.File("two")).Refused(3, "was encoded by model", "encode again");
        CliProcess.Run("search", tiny.Recipe, image, "--model", tiny.File("two")).Refused(3, "not a file of codes");
        CliProcess.Run("search", tiny.File("codes"), tiny.File("no.png"), "--model", tiny.File("run")).Refused(3, "no.png is not there");
        File.Delete(tiny.File("two/model.safetensors"));
        CliProcess.Run("search", tiny.File("codes"), image, "--model", tiny.File("two")).Refused(3, "training has not ended", "--resume");
    }

    [Fact]
    public void A_full_disk_is_said_and_leaves_no_half_file()
    {
        string mount = tiny.File("small");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(Shell($"mount -t tmpfs -o size=3m tmpfs '{mount}'") == 0, "no small disk can be mounted here; that needs root and the right to mount");
        try
        {
            CliProcess.Run("train", tiny.Recipe, "--out", Path.Combine(mount, "run")).Refused(1, "its disk is full", "Free some space");
            Assert.Empty(Directory.EnumerateFiles(mount, "*.partial", SearchOption.AllDirectories));
            Assert.Empty(Directory.EnumerateFiles(mount, "*.safetensors", SearchOption.AllDirectories));
            Train("steps=1").Done();
            Directory.Delete(Path.Combine(mount, "run"), recursive: true);
            Shell($"head -c 3m /dev/zero > '{mount}/filler'");
            CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", Path.Combine(mount, "codes")).Refused(1, "its disk is full");
            CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", tiny.File("codes"), "--npy", Path.Combine(mount, "codes.npy")).Refused(1, "codes.npy", "its disk is full");
            Assert.Empty(Directory.EnumerateFiles(mount, "codes.npy*"));
            Assert.False(File.Exists(Path.Combine(mount, "codes")) || File.Exists(Path.Combine(mount, "codes.npy")));
            CliProcess.Run("data", "draw", Path.Combine(mount, "drawn"), "--images-per-class", "16", "--pixels", "16").Refused(1, "disk is full", "Free some space");
        }
        finally
        {
            Shell($"umount '{mount}'");
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said()
    {
        CliProcess.Run("train", tiny.Recipe, "--out", Path.Combine(tiny.Recipe, "run")).Refused(1, "Choose a folder that you may write to");
        Train("steps=1").Done();
        CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", Path.Combine(tiny.Recipe, "codes")).Refused(1, "cannot be written");
    }

    [Fact]
    public void Without_libtorch_or_libvips_the_package_is_named()
    {
        Directory.CreateDirectory(tiny.File("native"));
        Dictionary<string, string?> empty = new() { ["SEMBLANCE_NATIVE"] = tiny.File("native") };
        CliProcess.Run(empty, "train", tiny.Recipe, "--out", tiny.File("run")).Refused(1, "libsemblance_torch.so is not there", "./semblance build");
        CliProcess.Run(empty, "data", "check", tiny.Images).Refused(1, "libsemblance_image.so is not there", "./semblance build");
        Ended doctor = CliProcess.Run(empty, "doctor");
        Assert.Equal(1, doctor.Code);
        Assert.Contains("apt-get install", doctor.Output, StringComparison.Ordinal);
        // The library is there, and what it needs is not.
        foreach (string name in new[] { "torch", "image" })
        {
            int built = Shell($"echo 'void gone(void); void use(void) {{ gone(); }}' > {name}.c && echo 'void gone(void) {{}}' > gone.c && cc -shared -fPIC gone.c -o libgone.so && cc -shared -fPIC {name}.c -L. -lgone -o native/libsemblance_{name}.so", tiny.Root);
            Assert.SkipUnless(built == 0, "no C compiler is installed");
        }
        CliProcess.Run(empty, "train", tiny.Recipe, "--out", tiny.File("run")).Refused(1, "cannot be loaded", "libgone.so", "apt-get install libtorch-dev");
        CliProcess.Run(empty, "data", "check", tiny.Images).Refused(1, "cannot be loaded", "libgone.so", "apt-get install libvips-dev");
        Assert.False(Directory.Exists(tiny.File("run")));
        CliProcess.Run(empty, "--version").Done();
    }

    public void Dispose() => tiny.Dispose();

    private Ended Train(params string[] settings) => CliProcess.Run(["train", tiny.Recipe, "--out", tiny.File("run"), .. settings.SelectMany(setting => new[] { "--set", setting })]);

    private void AssertNothingWritten()
    {
        Assert.False(Directory.Exists(tiny.File("run")));
        Assert.Empty(Directory.EnumerateFiles(tiny.Root, "*.partial", SearchOption.AllDirectories));
    }

    private static long PeakWhile(CliProcess process)
    {
        long peak = 0;
        while (process.Runs)
        {
            try
            {
                using Process seen = Process.GetProcessById(process.Id);
                peak = Math.Max(peak, seen.PeakWorkingSet64);
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                break;
            }
            Thread.Sleep(5);
        }
        return peak;
    }

    private static int Shell(string command, string? folder = null)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder ?? "", RedirectStandardError = true })!;
        shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode;
    }

    private static uint PngChecksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
            }
        }
        return ~sum;
    }
}
