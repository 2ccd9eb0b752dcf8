using System.Buffers.Binary;

namespace Semblance.Tensors.Serialization;

/// <summary>A PyTorch file of before version 1.6, as many published weights are: five pickles, then each storage after its count of numbers.</summary>
/// <remarks>The pickles: a mark, a version, the machine, the state dict, and the names of the storages in their order. The form has no checksums.</remarks>
internal sealed class LegacyTorchFile : IDisposable
{
    /// <summary>The pickles of a state dict of ten thousand tensors take about a megabyte.</summary>
    private const int LargestPickles = 16 << 20;

    private const long Version = 1001;
    private const string Damaged = "The file is cut short or damaged; download it again.";

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly Dictionary<string, (PickleStorage Storage, long Position)> _storages = new(StringComparer.Ordinal);

    private LegacyTorchFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>The mark with which such files begin, a pickled number.</summary>
    public static ReadOnlySpan<byte> Start => [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    public static WeightFile Open(string path, FileStream stream)
    {
        LegacyTorchFile file = new(path, stream);
        StateDict state = StateDict.Find(path, file.ReadPickles());
        return new WeightFile(path, file, state.Tensors.Select(item => file.Tensor(item.Key, item.Value)))
        {
            UnwrappedFrom = state.From,
            LeftOut = state.LeftOut,
        };
    }

    private object? ReadPickles()
    {
        byte[] pickles = new byte[Math.Min(_stream.Length, LargestPickles)];
        _stream.ReadExactly(pickles);
        int position = 0;
        List<PickleStorage> storages = [];
        PickleReader.Read(_path, pickles, ref position, storages); // the mark
        RequireVersion(PickleReader.Read(_path, pickles, ref position, storages));
        RequireLittleEndian(PickleReader.Read(_path, pickles, ref position, storages));
        object? value = PickleReader.Read(_path, pickles, ref position, storages);
        object? keys = PickleReader.Read(_path, pickles, ref position, storages);
        Place(keys as List<object?> ?? [], storages, position);
        return value;
    }

    private void RequireVersion(object? version)
    {
        if (version is not Version)
        {
            throw WeightText.Bad(_path, $"the file has version {version as long?} of the form before PyTorch 1.6; {Version} is read. {PickleReader.Advice}");
        }
    }

    private void RequireLittleEndian(object? machine)
    {
        if (machine is PickleDict dict && dict.Items.Exists(item => item is { Key: "little_endian", Value: false }))
        {
            throw WeightText.Bad(_path, "the numbers are stored big-endian; little-endian is needed. Save it again on a usual machine.");
        }
    }

    /// <summary>Finds where each storage lies: one after the other, each after its count.</summary>
    private void Place(List<object?> keys, List<PickleStorage> storages, long position)
    {
        ILookup<string, PickleStorage> known = storages.ToLookup(storage => storage.Key, StringComparer.Ordinal);
        foreach (object? key in keys)
        {
            PickleStorage[] same = [.. known[key as string ?? ""].Distinct()];
            if (same is not [PickleStorage storage] || !_storages.TryAdd(storage.Key, (storage, position + sizeof(long))))
            {
                throw WeightText.Bad(_path, $"storage {WeightText.Printable(key as string ?? "?")} is described {same.Length} times and stored at least once. {Damaged}");
            }
            RequireCount(storage, position);
            position += sizeof(long) + (storage.Count * storage.Type.Size());
        }
    }

    private void RequireCount(PickleStorage storage, long position)
    {
        long left = _stream.Length - position - sizeof(long);
        if (left < 0 || storage.Count > left / storage.Type.Size())
        {
            throw WeightText.Bad(_path, $"storage {storage.Key} has {storage.Count} numbers of type {storage.Type}; {Math.Max(left, 0)} bytes are left for it. {Damaged}");
        }
        Span<byte> count = stackalloc byte[sizeof(long)];
        Read(position, count);
        if (BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
        {
            throw WeightText.Bad(_path, $"storage {storage.Key} has {BinaryPrimitives.ReadInt64LittleEndian(count)} numbers; {storage.Count} are expected in it. {Damaged}");
        }
    }

    private WeightTensor Tensor(string name, PickleTensor tensor)
    {
        if (!_storages.TryGetValue(tensor.Storage.Key, out (PickleStorage Storage, long Position) found))
        {
            throw WeightText.Bad(_path, $"tensor {WeightText.Printable(name)} lies in storage {tensor.Storage.Key}, which the file lacks. {Damaged}");
        }
        StridedTensor.RefuseUnfolding(_path, name, tensor);
        return new WeightTensor(name, tensor.Storage.Type, tensor.Shape, destination => Fill(tensor, found.Position, destination));
    }

    private void Fill(PickleTensor tensor, long position, Span<byte> destination)
    {
        int size = tensor.Storage.Type.Size();
        if (StridedTensor.IsContiguous(tensor))
        {
            Read(position + (tensor.Offset * size), destination);
            return;
        }
        byte[] storage = new byte[tensor.Storage.Count * size];
        Read(position, storage);
        StridedTensor.Gather(tensor, storage, destination);
    }

    private void Read(long position, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(_stream.SafeFileHandle, destination, position);
            if (read == 0)
            {
                throw WeightText.Bad(_path, $"the file ends at byte {position}, in the middle of a storage. {Damaged}");
            }
            destination = destination[read..];
            position += read;
        }
    }

    public void Dispose() => _stream.Dispose();
}
