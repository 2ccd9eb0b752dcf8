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

    public static TheoryData<string> Files => ["types.pth", "views.pth", "module.pth", "parameters.pth", "protocol4.pth", "checkpoint.pth", "nested.pth"];

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
    [InlineData("legacy.pth", "before version 1.6")]
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

    [Fact]
    public void Every_cut_and_every_flipped_byte_is_read_or_refused_and_never_crashes()
    {
        using TemporaryFolder folder = new();
        Mangling.AllAreReadOrRefused(File.ReadAllBytes(Path.Combine(Folder, "views.pth")), folder);
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
