using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Semblance.Tensors.Serialization;
using Xunit;

namespace Semblance.Tests.Serialization;

/// <summary>Pickles and archives that nobody writes by accident.</summary>
public sealed class HostilePickleTests : IDisposable
{
    private const string Tensor = "ctorch._utils\n_rebuild_tensor_v2\n";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>An archive around a pickle that is written as Latin-1 text.</summary>
    private string Archive(string pickle, int storageBytes = 8, CompressionLevel level = CompressionLevel.NoCompression, Action<ZipArchive>? more = null)
    {
        string path = folder.File("hostile.pth");
        using FileStream stream = new(path, FileMode.Create);
        using ZipArchive zip = new(stream, ZipArchiveMode.Create);
        Add(zip, "archive/data.pkl", Encoding.Latin1.GetBytes(pickle), CompressionLevel.NoCompression);
        Add(zip, "archive/data/0", new byte[storageBytes], level);
        more?.Invoke(zip);
        return path;
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using Stream entry = zip.CreateEntry(name, level).Open();
        entry.Write(bytes);
    }

    private static string Refusal(string path)
    {
        string message = Assert.Throws<InvalidDataException>(() =>
        {
            using WeightFile file = WeightFile.Open(path);
            foreach (WeightTensor tensor in file.Tensors.Values)
            {
                tensor.ToBytes();
            }
        }).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        return message;
    }

    private static string Text(string value) => "X" + Latin(BitConverter.GetBytes(value.Length)) + value;

    private static string Int(int value) => "J" + Latin(BitConverter.GetBytes(value));

    private static string Long(long value) => "\u008a\u0008" + Latin(BitConverter.GetBytes(value));

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string Storage(string type = "FloatStorage", string key = "0", string count = "K\u0002") =>
        "(" + Text("storage") + "ctorch\n" + type + "\n" + Text(key) + Text("cpu") + count + "tQ";

    /// <summary>{"w": tensor} with the given storage, offset, shape and strides.</summary>
    private static string State(string storage, string offset, string shape, string strides) =>
        "\u0080\u0002}(" + Text("w") + Tensor + "(" + storage + offset + "(" + shape + "t(" + strides + "t\u0089}tRu.";

    [Fact]
    public void The_builder_of_these_tests_builds_files_that_are_read()
    {
        using WeightFile file = WeightFile.Open(Archive(State(Storage(), "K\u0000", "K\u0002", "K\u0001")));
        Assert.Equal([0f, 0f], file.Tensors["w"].ToFloats());
    }

    [Theory]
    [InlineData("cos\nsystem\n(X\u0004\0\0\0trueTR.", "os.system")]
    [InlineData("cposix\nsystem\n(X\u0004\0\0\0true\u0085R.", "posix.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("cbuiltins\nexec\n.", "builtins.exec")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "os.system")]
    [InlineData("ctorch\nload\n.", "torch.load")]
    [InlineData("ctorch._utils\n_rebuild_wrapper_subclass\n.", "torch._utils._rebuild_wrapper_subclass")]
    [InlineData("ccollections\nOrderedDict.__reduce__\n.", "collections.OrderedDict.__reduce__")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\n.", "numpy.core.multiarray._reconstruct")]
    public void A_name_outside_the_subset_is_refused_by_name_and_nothing_is_run(string pickle, string name)
    {
        string message = Refusal(Archive("\u0080\u0002" + pickle));
        Assert.Contains($"the pickle asks for {name}, which is not part of a state dict; nothing was run.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ios\nsystem\n.", "instruction 'i'")]          // INST
    [InlineData("(oos\n.", "instruction 'o'")]                  // OBJ
    [InlineData("S'text'\n.", "instruction 'S'")]               // STRING, which is evaluated
    [InlineData("\u0082\u0001.", "instruction 0x82")]           // EXT1, names from a registry
    [InlineData("P0\n.", "instruction 'P'")]                    // PERSID
    [InlineData("\u0092.", "instruction 0x92")]                 // NEWOBJ_EX
    [InlineData("}ctorch\nSize\n)R}b.", "gives state to a torch.Size")]
    [InlineData("](K\u0001K\u0002e}R.", "the pickle calls a list")]
    [InlineData("ctorch\nFloatStorage\n)R.", "calls torch.FloatStorage with something that it does not take")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n(K\u0001tR.", "calls torch._utils._rebuild_parameter with something")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n(tR.", "sizes or strides that cannot be")]
    [InlineData("ccollections\nOrderedDict\n(K\u0005tR.", "no list of pairs")]
    [InlineData("K\u0001Q.", "refers to a storage in a form")]
    [InlineData("R.", "takes more values than it has")]
    [InlineData(".", "takes more values than it has")]
    [InlineData("(.", "takes more values than it has")]
    [InlineData("K\u0001a.", "takes more values than it has")]
    [InlineData("K\u0001K\u0002a.", "appends to something that is no list")]
    [InlineData("K\u0001(K\u0001K\u0002u.", "no dict")]
    [InlineData("}(K\u0001u.", "no dict")]
    [InlineData("h\u0007.", "recalls value 7")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc.", "in the middle of a value")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.", "in the middle of a value")]
    [InlineData("X\u0001\0\0\0\u00ff.", "not UTF-8")]
    [InlineData("\u0080\u0009.", "protocol 9")]
    [InlineData("", "in the middle of a value")]
    [InlineData("N.", "the file holds None")]
    [InlineData("}(K\u0001K\u0002u.", "no tensors were found")]
    [InlineData("}q\0(X\u0005\0\0\0modelh\0u.", "the file holds a dict")] // a dict that holds itself
    public void A_pickle_outside_the_subset_is_refused(string pickle, string reason) =>
        Assert.Contains(reason, Refusal(Archive("\u0080\u0002" + pickle)), StringComparison.Ordinal);

    [Fact]
    public void A_tensor_that_reaches_beyond_its_storage_is_refused()
    {
        Assert.Contains("reaches beyond its storage of 2 numbers", Refusal(Archive(State(Storage(), "K\u0000", "K\u0003", "K\u0001"))), StringComparison.Ordinal);
        Assert.Contains("reaches beyond", Refusal(Archive(State(Storage(), "K\u0001", "K\u0002", "K\u0001"))), StringComparison.Ordinal);
        Assert.Contains("reaches beyond", Refusal(Archive(State(Storage(), "K\u0000", "K\u0002", Long(long.MaxValue)))), StringComparison.Ordinal);
        Assert.Contains("cannot be", Refusal(Archive(State(Storage(), Int(-1), "K\u0001", "K\u0001"))), StringComparison.Ordinal);
        Assert.Contains("cannot be", Refusal(Archive(State(Storage(), "K\u0000", Int(-2), "K\u0001"))), StringComparison.Ordinal);
        Assert.Contains("cannot be", Refusal(Archive(State(Storage(), "K\u0000", "K\u0002", Int(-1)))), StringComparison.Ordinal);
        Assert.Contains("cannot be", Refusal(Archive(State(Storage(), "K\u0000", "K\u0002K\u0001", "K\u0001"))), StringComparison.Ordinal);
        Assert.Contains("cannot be", Refusal(Archive(State(Storage(), "K\u0000", Long(1L << 40) + Long(1L << 40), "K\u0000K\u0000"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_numbers_are_not_blown_up_to_fill_the_memory()
    {
        string path = Archive(State(Storage(), "K\u0000", Int(100_000) + Int(100_000), "K\u0000K\u0000"));
        Assert.Contains("repeats 2 numbers up to 40000000000 bytes", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_storage_of_another_size_than_its_entry_is_refused()
    {
        Assert.Contains("has 12 bytes; 2 numbers of type Float32 are expected", Refusal(Archive(State(Storage(), "K\u0000", "K\u0002", "K\u0001"), storageBytes: 12)), StringComparison.Ordinal);
        Assert.Contains("has 8 bytes", Refusal(Archive(State(Storage("DoubleStorage"), "K\u0000", "K\u0002", "K\u0001"))), StringComparison.Ordinal);
        Assert.Contains("numbers of type Float32", Refusal(Archive(State(Storage(count: Long(long.MaxValue)), "K\u0000", "K\u0002", "K\u0001"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void A_storage_key_that_looks_like_a_path_is_refused(string key) =>
        Assert.Contains("refers to a storage in a form", Refusal(Archive(State(Storage(key: key), "K\u0000", "K\u0002", "K\u0001"))), StringComparison.Ordinal);

    [Fact]
    public void A_missing_storage_is_named() =>
        Assert.Contains("tensor w lies in entry archive/data/7, which the archive lacks", Refusal(Archive(State(Storage(key: "7"), "K\u0000", "K\u0002", "K\u0001"))), StringComparison.Ordinal);

    [Fact]
    public void A_type_that_cannot_be_held_is_refused_by_name() =>
        Assert.Contains("asks for torch.ComplexFloatStorage", Refusal(Archive(State(Storage("ComplexFloatStorage"), "K\u0000", "K\u0002", "K\u0001"))), StringComparison.Ordinal);

    [Fact]
    public void A_compressed_storage_cannot_unfold_into_a_bomb()
    {
        string path = Archive(State(Storage(count: Int(4_000_000)), "K\u0000", Int(4_000_000), "K\u0001"), storageBytes: 16_000_000, CompressionLevel.Optimal);
        Assert.InRange(new FileInfo(path).Length, 0, 100_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("is compressed", Refusal(path), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void An_entry_that_lies_about_its_size_is_refused()
    {
        string path = Archive(State(Storage(count: Int(0x10000000)), "K\u0000", Int(0x10000000), "K\u0001"));
        byte[] bytes = File.ReadAllBytes(path);
        int directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8); // of archive/data/0, the last entry
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 20), 0x40000000);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), 0x40000000);
        File.WriteAllBytes(path, bytes);
        Assert.Contains("claims 1073741824 bytes; the whole file has", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_entries_of_one_name_are_refused() =>
        Assert.Contains("two entries named archive/data/0", Refusal(Archive(State(Storage(), "K\u0000", "K\u0002", "K\u0001"), more: zip => Add(zip, "archive/data/0", new byte[8]))), StringComparison.Ordinal);

    [Fact]
    public void Numbers_of_the_other_byte_order_are_refused() =>
        Assert.Contains("big-endian", Refusal(Archive(State(Storage(), "K\u0000", "K\u0002", "K\u0001"), more: zip => Add(zip, "archive/byteorder", "big"u8.ToArray()))), StringComparison.Ordinal);

    [Fact]
    public void A_zip_archive_of_something_else_is_refused()
    {
        string path = folder.File("photos.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(zip, "a.jpg", [1, 2, 3]);
        }
        Assert.Contains("has no data.pkl", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_a_message_is_one_printable_line()
    {
        string message = Refusal(Archive("\u0080\u0002\u008c\u0004a\u001b[2\u008c\u0003b\nc\u0093."));
        Assert.Contains("asks for a?[2.b?c,", message, StringComparison.Ordinal);
        string longer = Refusal(Archive("\u0080\u0002c" + new string('m', 5000) + "\nf\n."));
        Assert.InRange(longer.Length, 100, 600);
    }
}
