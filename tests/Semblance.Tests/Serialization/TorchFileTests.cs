using System.Globalization;
using System.Text.Json;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Xunit;

namespace Semblance.Tests.Serialization;

/// <summary>Files that PyTorch wrote; see Files/make_files.py.</summary>
public sealed class TorchFileTests
{
    private static readonly string Folder = Repository.File("tests/Semblance.Tests/Serialization/Files");

    public static TheoryData<string> Files => ["types.pth", "views.pth", "module.pth", "parameters.pth", "protocol4.pth", "checkpoint.pth", "nested.pth", "legacy.pth", "legacy_views.pth", "legacy_checkpoint.pth"];

    private static WeightFile Open(string file) => WeightFile.Open(Path.Combine(Folder, file));

    private static string Refusal(string file) => Assert.Throws<InvalidDataException>(() => Open(file).Dispose()).Message;

    [Theory]
    [MemberData(nameof(Files))]
    public void Names_types_shapes_and_values_are_those_that_PyTorch_saved(string name)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")));
        JsonElement[] tensors = [.. expected.RootElement.GetProperty("files").GetProperty(name).EnumerateArray()];
        using WeightFile file = Open(name);
        Assert.Equal(tensors.Select(tensor => tensor.GetProperty("name").GetString()), file.Tensors.Keys);
        foreach (JsonElement tensor in tensors)
        {
            WeightTensor read = file.Tensors[tensor.GetProperty("name").GetString()!];
            Assert.Equal(tensor.GetProperty("type").GetString(), read.Type.ToString().ToLowerInvariant());
            Assert.Equal(tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), read.Shape.ToArray());
            Assert.Equal(tensor.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()), read.ToFloats());
        }
    }

    [Fact]
    public void A_checkpoint_is_unwrapped_and_says_what_was_left_out()
    {
        using WeightFile checkpoint = Open("checkpoint.pth");
        Assert.Equal("state_dict", checkpoint.UnwrappedFrom);
        Assert.Equal(["epoch", "best", "optimizer", "names", "size"], checkpoint.LeftOut);
        using WeightFile nested = Open("nested.pth");
        Assert.Equal("model.state_dict", nested.UnwrappedFrom);
        Assert.Equal(["step"], nested.LeftOut);
        using WeightFile plain = Open("module.pth");
        Assert.Equal("", plain.UnwrappedFrom);
        Assert.Empty(plain.LeftOut);
    }

    [Theory]
    [InlineData("whole_model.pth", "asks for __main__.Net, which is not part of a state dict; nothing was run")]
    [InlineData("script.pt", "TorchScript program")]
    [InlineData("no_tensors.pth", "no tensors were found; the dict holds epoch, accuracy")]
    [InlineData("bare_tensor.pth", "the file holds a tensor; a dict of named tensors is needed")]
    [InlineData("sparse.pth", "asks for torch._utils._rebuild_sparse_tensor")]
    public void Files_that_are_no_state_dict_are_refused_with_what_to_do(string file, string reason)
    {
        string message = Refusal(file);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("torch.save", message, StringComparison.Ordinal);
        Assert.StartsWith(Folder, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("views.pth")]
    [InlineData("legacy_views.pth")]
    public void Every_cut_and_every_flipped_byte_is_read_or_refused_and_never_crashes(string file)
    {
        using TemporaryFolder folder = new();
        Mangling.AllAreReadOrRefused(File.ReadAllBytes(Path.Combine(Folder, file)), folder);
    }

    [Fact]
    public void A_file_of_Python_2_and_of_the_first_versions_of_PyTorch_is_read()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = WeightFile.Open(folder.Write("old.pth", Old("conv1_7x7_s2_bn.weight", [7, 8])));
        WeightTensor weight = Assert.Single(file.Tensors.Values);
        Assert.Equal("conv1_7x7_s2_bn.weight", weight.Name);
        Assert.Equal([2L], weight.Shape.ToArray());
        Assert.Equal([7f, 8f], weight.ToFloats());
    }

    [Theory]
    [InlineData(2, 3, "has 3 numbers; 2 are expected")]
    [InlineData(2, 1L << 61, "has 2305843009213693952 numbers; 2 are expected")]
    [InlineData(1, 2, "has 2 numbers of type Float32; 4 bytes are left for it")]
    public void A_file_of_the_old_form_whose_counts_disagree_is_refused(int numbers, long count, string reason)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("old.pth", Old("w", new float[numbers], count));
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Open(path).Dispose()).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    /// <summary>{name: tensor of two numbers} as Python 2 and PyTorch 0.3 wrote it: short texts of bytes, and tensors without hooks.</summary>
    private static byte[] Old(string name, float[] numbers, long count = 2)
    {
        static string Text(string value) => $"U{(char)value.Length}{value}";
        byte[] mark = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];
        string pickles = "\u0080\u0002M\u00e9\u0003." + "\u0080\u0002}" + Text("little_endian") + "\u0088s."
            + "\u0080\u0002}" + Text(name) + "ctorch._utils\n_rebuild_tensor\n((" + Text("storage") + "ctorch\nFloatStorage\n" + Text("94") + Text("cpu") + "K\u0002NtQK\u0000K\u0002\u0085K\u0001\u0085tRs."
            + "\u0080\u0002]" + Text("94") + "a.";
        return [.. mark, .. System.Text.Encoding.Latin1.GetBytes(pickles), .. BitConverter.GetBytes(count), .. numbers.SelectMany(BitConverter.GetBytes)];
    }

    [Fact]
    public void A_flipped_weight_is_noticed_by_the_checksum()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, "module.pth"));
        int at = bytes.AsSpan().IndexOf(new byte[] { 0x00, 0x00, 0x00, 0x3f, 0x00, 0x00, 0xc0, 0xbf }); // the bias: 0.5, -1.5
        bytes[at + 3] = 0x3e;
        using WeightFile file = WeightFile.Open(folder.Write("flipped.pth", bytes));
        string message = Assert.Throws<InvalidDataException>(() => file.Tensors["conv.bias"].ToBytes()).Message;
        Assert.Contains("does not match its checksum", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_dict_becomes_a_safetensors_file_with_the_same_values()
    {
        using TemporaryFolder folder = new();
        using WeightFile source = Open("views.pth");
        Safetensors.Write(folder.File("copy.safetensors"), source.Tensors.Values);
        using WeightFile copy = WeightFile.Open(folder.File("copy.safetensors"));
        Assert.Equal(source.Tensors.Keys.Order(StringComparer.Ordinal), copy.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(source.Tensors.Values, tensor => Assert.Equal(tensor.ToBytes(), copy.Tensors[tensor.Name].ToBytes()));
    }

    [Fact]
    public void The_checksum_is_that_of_zip_archives()
    {
        Assert.Equal(0xcbf43926u, Crc32.Of("123456789"u8)); // the check value of the polynomial
        Assert.Equal(0u, Crc32.Of([]));
        Assert.Equal(0x414fa339u, Crc32.Of("The quick brown fox jumps over the lazy dog"u8));
        Assert.Equal("414FA339", Crc32.Of("The quick brown fox jumps over the lazy dog"u8).ToString("X8", CultureInfo.InvariantCulture));
    }
}
