namespace Semblance.Tensors.Serialization;

/// <summary>A Python class or function that a pickle names and that a state dict may name; it stands for itself and is never called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A Python dict (or OrderedDict) in its order.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A run of numbers of one type that lies in an entry of its own.</summary>
/// <param name="Key">Name of the entry below <c>data/</c>.</param>
/// <param name="Type">Type of the numbers.</param>
/// <param name="Count">Numbers in it.</param>
internal sealed record PickleStorage(string Key, DataType Type, long Count);

/// <summary>A view of a storage.</summary>
/// <param name="Storage">The numbers.</param>
/// <param name="Offset">Index of its first number.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Strides">Numbers from one index to the next, per dimension.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>Something that a checkpoint may hold beside its weights and that is of no use here, such as a set or a size.</summary>
internal sealed record PickleOpaque(string Kind);
