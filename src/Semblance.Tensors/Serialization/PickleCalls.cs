namespace Semblance.Tensors.Serialization;

/// <summary>The only names that a pickle may use, and what stands in for calling them.</summary>
internal static class PickleCalls
{
    private const int MostDimensions = 64;

    /// <summary>Whether a state dict may name this.</summary>
    public static bool Allows(PickleGlobal global) => global.Module switch
    {
        "collections" => global.Name == "OrderedDict",
        "torch._utils" => global.Name is "_rebuild_tensor" or "_rebuild_tensor_v2" or "_rebuild_parameter",
        "torch" => global.Name is "Size" or "device" || WeightTypes.FromTorchStorage(global.Name) is not null,
        _ => false,
    };

    /// <summary>The value that a call would give, worked out without calling anything.</summary>
    public static object? Apply(string path, object? function, object? arguments)
    {
        if (function is not PickleGlobal global || arguments is not PickleTuple { Items: object?[] items })
        {
            throw WeightText.Bad(path, $"the pickle calls {PickleReader.Kind(function)}, which is not part of a state dict; nothing was run. {PickleReader.Advice}");
        }
        return global.Name switch
        {
            "OrderedDict" => Dict(path, items),
            "_rebuild_tensor" or "_rebuild_tensor_v2" => Tensor(path, items),
            "_rebuild_parameter" when items is [PickleTensor data, ..] => data,
            "Size" or "device" => new PickleOpaque($"a {global}"),
            _ => throw WeightText.Bad(path, $"the pickle calls {global} with something that it does not take. The file is damaged; download it again."),
        };
    }

    /// <summary>The storage behind a persistent id: ('storage', type, key, location, count), before version 1.6 with None at the end.</summary>
    public static PickleStorage Storage(string path, object? id)
    {
        if (id is PickleTuple { Items: ["storage", PickleGlobal type, string key, _, long count and >= 0, .. [] or [null]] }
            && WeightTypes.FromTorchStorage(type.Name) is DataType numbers && IsPlain(key))
        {
            return new PickleStorage(key, numbers, count);
        }
        throw WeightText.Bad(path, "the pickle refers to a storage in a form that PyTorch does not write. The file is damaged; download it again.");
    }

    private static bool IsPlain(string key) => key.Length is > 0 and <= 64 && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static PickleDict Dict(string path, object?[] items)
    {
        PickleDict dict = new();
        if (items is [])
        {
            return dict;
        }
        foreach (object? pair in items is [List<object?> pairs] ? pairs : [null])
        {
            object?[] two = pair switch
            {
                List<object?> list => [.. list],
                PickleTuple tuple => tuple.Items,
                _ => [],
            };
            dict.Items.Add(two is [object key, object value] ? new(key, value)
                : throw WeightText.Bad(path, "the pickle builds an OrderedDict from something that is no list of pairs. The file is damaged; download it again."));
        }
        return dict;
    }

    private static PickleTensor Tensor(string path, object?[] items)
    {
        if (items is not [PickleStorage storage, long offset, PickleTuple sizes, PickleTuple steps, ..]
            || Numbers(sizes) is not long[] shape || Numbers(steps) is not long[] strides
            || shape.Length != strides.Length || shape.Length > MostDimensions || offset < 0 || storage.Type.ByteCount(shape) < 0)
        {
            throw WeightText.Bad(path, "the pickle builds a tensor from sizes or strides that cannot be. The file is damaged; download it again.");
        }
        PickleTensor tensor = new(storage, offset, shape, strides);
        if (LastIndex(tensor) is not long last || last >= storage.Count)
        {
            throw WeightText.Bad(path, $"the pickle builds a tensor {WeightText.Shape(shape)} with strides {WeightText.Shape(strides)} from index {offset}; " +
                $"it reaches beyond its storage of {storage.Count} numbers. The file is damaged; download it again.");
        }
        return tensor;
    }

    private static long[]? Numbers(PickleTuple tuple)
    {
        long[] numbers = new long[tuple.Items.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (tuple.Items[i] is not long and >= 0)
            {
                return null;
            }
            numbers[i] = (long)tuple.Items[i]!;
        }
        return Array.TrueForAll(numbers, number => number >= 0) ? numbers : null;
    }

    /// <summary>Index of the last number that a tensor touches; -1 for an empty one, null where it overflows.</summary>
    private static long? LastIndex(PickleTensor tensor)
    {
        if (tensor.Shape.Contains(0))
        {
            return -1;
        }
        Int128 last = tensor.Offset;
        for (int i = 0; i < tensor.Shape.Length; i++)
        {
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
        }
        return last > long.MaxValue ? null : (long)last;
    }
}
