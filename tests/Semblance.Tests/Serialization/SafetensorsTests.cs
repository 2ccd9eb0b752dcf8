using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Xunit;

namespace Semblance.Tests.Serialization;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[] Bytes(string header, int values, ulong? length = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + values];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length ?? (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }

    private string Refusal(byte[] bytes)
    {
        string path = folder.Write("bad.safetensors", bytes);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => WeightFile.Open(path).Dispose());
        Assert.StartsWith(path + ": ", exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        string path = folder.File("a.safetensors");
        WeightTensor[] tensors =
        [
            WeightTensor.FromFloats("layer.weight", [2, 3], [1, 2, 3, 4, 5, 6]),
            new("flag", DataType.Bool, [3], new byte[] { 1, 0, 1 }),
            new("count", DataType.Int64, [], new byte[] { 7, 0, 0, 0, 0, 0, 0, 0 }),
            new("half", DataType.Float16, [1], new byte[] { 0x00, 0x3e }),
            new("nothing", DataType.Float64, [0, 4], Array.Empty<byte>()),
        ];
        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["recipe"] = "a \"quoted\" ü" });

        using WeightFile file = WeightFile.Open(path);
        Assert.Equal(5, file.Tensors.Count);
        Assert.Equal([1f, 2, 3, 4, 5, 6], file.Tensors["layer.weight"].ToFloats());
        Assert.Equal([2L, 3], file.Tensors["layer.weight"].Shape.ToArray());
        Assert.Equal([1f, 0, 1], file.Tensors["flag"].ToFloats());
        Assert.Equal([7f], file.Tensors["count"].ToFloats());
        Assert.Equal([1.5f], file.Tensors["half"].ToFloats());
        Assert.Empty(file.Tensors["nothing"].ToFloats());
        Assert.Equal("a \"quoted\" ü", file.Metadata["recipe"]);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Any_set_of_tensors_survives_the_round_trip() =>
        Prop.ForAll<Dictionary<int, float[]>>(values =>
        {
            string path = folder.File("any.safetensors");
            Safetensors.Write(path, values.Select(pair => WeightTensor.FromFloats($"t{pair.Key}", [pair.Value.Length], pair.Value)));
            using WeightFile file = WeightFile.Open(path);
            return file.Tensors.Count == values.Count
                && values.All(pair => file.Tensors[$"t{pair.Key}"].ToFloats().SequenceEqual(pair.Value));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_tensors_does_not_change_the_file_and_values_are_aligned()
    {
        WeightTensor[] tensors = [new("b", DataType.UInt8, [1], new byte[] { 9 }), WeightTensor.FromFloats("a", [1], [1]), WeightTensor.FromFloats("c", [1], [2])];
        Safetensors.Write(folder.File("1"), tensors);
        Safetensors.Write(folder.File("2"), tensors.Reverse());
        byte[] bytes = File.ReadAllBytes(folder.File("1"));
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("2")));
        Assert.Equal(0ul, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
        Assert.Equal(9, bytes[^1]);
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_older_file_as_it_was()
    {
        string path = folder.Write("kept.safetensors", "old"u8);
        WeightTensor broken = new("x", DataType.UInt8, [1], _ => throw new IOException("the source went away"));
        IOException exception = Assert.Throws<IOException>(() => Safetensors.Write(path, [broken]));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_full_disk_is_reported_and_leaves_nothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        string path = folder.File("full.safetensors");
        File.CreateSymbolicLink(path + ".partial", "/dev/full");
        IOException exception = Assert.Throws<IOException>(() => Safetensors.Write(path, [WeightTensor.FromFloats("x", [1], [1])]));
        Assert.Contains("No space left", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused() =>
        Assert.Contains("x is taken", Assert.Throws<ArgumentException>(() =>
            Safetensors.Write(folder.File("twice"), [WeightTensor.FromFloats("x", [1], [1]), WeightTensor.FromFloats("x", [1], [1])])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "tensor a has 4 bytes; F32 [2] needs 8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "tensor a ends at byte 4 of the values; the file holds 3")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "1 bytes after the last tensor belong to none")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3, "tensor b starts at byte 1 and overlaps")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}", 3, "leaves a gap")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "tensor a has type F8_E4M3")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1, "needs an impossible number")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904,4611686018427387904],\"data_offsets\":[0,0]}}", 0, "needs an impossible number")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}", 1, "data_offsets [1, 0]")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]}}", 1, "data_offsets [-1, 0]")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1, "data_offsets [0]")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,1]}}", 1, "no whole number")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "is not the JSON")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "is not the JSON")]
    [InlineData("{\"__metadata__\":{\"n\":1}}", 0, "is not the JSON")]
    [InlineData("{\"a\":3}", 0, "is not the JSON")]
    [InlineData("{\"a\":", 0, "is not the JSON")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}", 0, "is not the JSON")]
    public void A_header_that_cannot_be_is_refused(string header, int values, string reason) =>
        Assert.Contains(reason, Refusal(Bytes(header, values)), StringComparison.Ordinal);

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 40)]
    [InlineData(3ul)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        Assert.Contains($"claims {length} bytes", Refusal(Bytes("{}", 0, length)), StringComparison.Ordinal);

    [Fact]
    public void A_file_of_another_kind_is_refused_by_what_it_looks_like()
    {
        Assert.Contains("the file is empty", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("web page", Refusal("\n<!DOCTYPE html><html>"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("neither format", Refusal("\x89PNG\r\n\x1a\n and more"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("this is a folder", Assert.Throws<InvalidDataException>(() => WeightFile.Open(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such weight file", Assert.Throws<FileNotFoundException>(() => WeightFile.Open(folder.File("missing"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_and_every_flipped_byte_is_read_or_refused_and_never_crashes()
    {
        Safetensors.Write(folder.File("good"), [WeightTensor.FromFloats("weight", [2, 2], [1, 2, 3, 4]), new("b", DataType.UInt8, [3], new byte[3])]);
        Mangling.AllAreReadOrRefused(File.ReadAllBytes(folder.File("good")), folder);
    }

    [Fact]
    public void The_shared_backbones_open()
    {
        using WeightFile file = WeightFile.Open(Shared.Folder("weights/squeezenet1_1.safetensors"));
        Assert.Equal([64L, 3, 3, 3], file.Tensors["features.0.weight"].Shape.ToArray());
        Assert.All(file.Tensors["features.0.weight"].ToFloats(), value => Assert.True(float.IsFinite(value)));
    }
}
