using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Tensors.Native;

namespace Semblance.Tensors;

/// <summary>A tensor of libtorch. Operators return fresh tensors; nobody disposes of an argument.</summary>
/// <remarks>Belongs to the <see cref="TensorScope"/> in which it was made, which frees it; without one, to its holder.</remarks>
public sealed unsafe partial class Tensor : IDisposable
{
    private static long live;
    private nint handle;

    internal Tensor(nint handle)
    {
        this.handle = handle;
        Interlocked.Increment(ref live);
        TensorScope.Current?.Add(this);
    }

    /// <summary>Frees a tensor that nobody disposed of.</summary>
    ~Tensor() => Free();

    /// <summary>Handles alive in this process; a training step must leave as many as it found.</summary>
    public static long LiveCount => Interlocked.Read(ref live);

    internal TensorScope? Scope { get; set; }

    internal int ScopeSlot { get; set; }

    internal nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Tensor), "The tensor was freed, most likely because its scope ended; keep it with TensorScope.Keep.");

    /// <summary>Number of dimensions.</summary>
    public int Rank => TorchDoor.sb_rank(Handle);

    /// <summary>Sizes of the dimensions.</summary>
    public long[] Shape
    {
        get
        {
            long[] sizes = new long[Rank];
            fixed (long* first = sizes)
            {
                TorchDoor.sb_sizes(handle, first);
            }
            return sizes;
        }
    }

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in Shape)
            {
                count *= size;
            }
            return count;
        }
    }

    /// <summary>Element type.</summary>
    public DataType Type => (DataType)TorchDoor.sb_dtype(Handle);

    /// <summary>Where the elements are.</summary>
    public Device Device
    {
        get
        {
            int type, index;
            TorchDoor.sb_device(Handle, &type, &index);
            return new Device(type, index);
        }
    }

    /// <summary>Size of one dimension.</summary>
    /// <param name="dimension">From 0; negative counts from the last.</param>
    public long Size(int dimension)
    {
        long[] shape = Shape;
        return shape[dimension < 0 ? shape.Length + dimension : dimension];
    }

    /// <summary>A CPU tensor with a copy of the values.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Sizes; their product is the number of values. Empty for a scalar.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged => FromBytes(MemoryMarshal.AsBytes(values), DataTypes.Of<T>(), shape);

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public static Tensor From<T>(T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>A CPU tensor with a copy of raw little-endian values.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the shape.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, DataType type, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }
        if (count * type.Size() != bytes.Length)
        {
            throw new ArgumentException($"{bytes.Length / type.Size()} values do not fill the shape [{string.Join(',', shape.ToArray())}]; it needs {count}.");
        }
        nint result;
        fixed (byte* data = bytes)
        fixed (long* sizes = shape)
        {
            TorchDoor.Check(TorchDoor.sb_from_memory(data, sizes, shape.Length, (int)type, &result), "tensor from memory");
        }
        return new Tensor(result);
    }

    /// <summary>A copy of the values, row-major, whatever the device and layout.</summary>
    /// <exception cref="ArgumentException">The elements are not <typeparamref name="T"/>.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>(checked((int)Count));
        CopyTo(values.AsSpan());
        return values;
    }

    /// <summary>Copies the values, row-major, whatever the device and layout.</summary>
    /// <exception cref="ArgumentException">The elements are not <typeparamref name="T"/>, or their number is not the span's.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        if (Type != DataTypes.Of<T>())
        {
            throw new ArgumentException($"The tensor holds {Name(Type)}, not {Name(DataTypes.Of<T>())}; convert it with To first.");
        }
        CopyBytesTo(MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Copies the raw little-endian values, row-major.</summary>
    public void CopyBytesTo(Span<byte> destination)
    {
        fixed (byte* first = destination)
        {
            TorchDoor.Check(TorchDoor.sb_to_memory(Handle, first, destination.Length), $"copy of {Describe()} to memory");
        }
    }

    /// <summary>The values in place, of a contiguous CPU tensor; valid as long as the tensor.</summary>
    public Span<T> Span<T>()
        where T : unmanaged
    {
        if (Type != DataTypes.Of<T>())
        {
            throw new ArgumentException($"The tensor holds {Name(Type)}, not {Name(DataTypes.Of<T>())}.");
        }
        void* data;
        int status = TorchDoor.sb_data(Handle, &data);
        if (status != 0)
        {
            TorchDoor.Check(status, $"values of {Describe()}");
        }
        return new Span<T>(data, checked((int)Count));
    }

    /// <summary>The value of a tensor of one element.</summary>
    public double ToDouble()
    {
        double value;
        TorchDoor.Check(TorchDoor.sb_item_double(Handle, &value), $"value of {Describe()}");
        return value;
    }

    /// <summary>The integer value of a tensor of one element.</summary>
    public long ToInt64()
    {
        long value;
        TorchDoor.Check(TorchDoor.sb_item_long(Handle, &value), $"value of {Describe()}");
        return value;
    }

    /// <summary>Another handle on the same tensor; it belongs to the present scope.</summary>
    public Tensor Alias() => new(TorchDoor.sb_retain(Handle));

    /// <summary>Takes the tensor out of every scope: it lives until its holder disposes of it.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor Detached()
    {
        Scope?.Release(this);
        return this;
    }

    /// <summary>Element type and shape, such as <c>float32[32,512]</c>.</summary>
    public string Describe() => handle == 0 ? "freed tensor" : $"{Name(Type)}[{string.Join(',', Shape)}]";

    /// <inheritdoc/>
    public override string ToString() => handle != 0 && Count == 1 ? $"{Describe()} {ToDouble().ToString(CultureInfo.InvariantCulture)}" : Describe();

    /// <summary>Frees the handle; the memory goes with the last handle on it.</summary>
    public void Dispose()
    {
        Scope?.Release(this);
        Free();
        GC.SuppressFinalize(this);
    }

    private static string Name(DataType type) => type.ToString().ToLowerInvariant();

    private void Free()
    {
        nint freed = Interlocked.Exchange(ref handle, 0);
        if (freed != 0)
        {
            TorchDoor.sb_free(freed);
            Interlocked.Decrement(ref live);
        }
    }
}
