using System.Runtime.InteropServices;

namespace Semblance.Tensors.Native;

/// <summary>The exported functions of libsemblance_torch, as they are; see native/torch.</summary>
internal static unsafe partial class TorchDoor
{
    private const string Library = NativeLibraries.Torch;

    [LibraryImport(Library)] internal static partial void sb_free(nint handle);
    [LibraryImport(Library)] internal static partial nint sb_retain(nint handle);
    [LibraryImport(Library)] internal static partial int sb_from_memory(void* data, long* sizes, int rank, int dtype, nint* result);
    [LibraryImport(Library)] internal static partial int sb_to_memory(nint handle, void* destination, long bytes);
    [LibraryImport(Library)] internal static partial int sb_data(nint handle, void** result);
    [LibraryImport(Library)] internal static partial int sb_rank(nint handle);
    [LibraryImport(Library)] internal static partial void sb_sizes(nint handle, long* result);
    [LibraryImport(Library)] internal static partial int sb_dtype(nint handle);
    [LibraryImport(Library)] internal static partial void sb_device(nint handle, int* type, int* index);
    [LibraryImport(Library)] internal static partial int sb_item_double(nint handle, double* result);
    [LibraryImport(Library)] internal static partial int sb_item_long(nint handle, long* result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial int sb_find(string name, string overload, nint* result);
    [LibraryImport(Library)] internal static partial int sb_call(nint op, NativeArgument* arguments, int count, nint* results, int capacity, int* produced);

    [LibraryImport(Library)] internal static partial int sb_backward(nint root, nint gradient, int retainGraph);
    [LibraryImport(Library)] internal static partial int sb_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradients, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library)] internal static partial int sb_with_gradients(double value, nint* inputs, nint* gradients, int count, nint* result);
    [LibraryImport(Library)] internal static partial int sb_requires_grad(nint handle);
    [LibraryImport(Library)] internal static partial int sb_set_requires_grad(nint handle, int on);
    [LibraryImport(Library)] internal static partial int sb_gradients(nint* leaves, int count, nint* results);
    [LibraryImport(Library)] internal static partial int sb_set_gradient(nint leaf, nint gradient);
    [LibraryImport(Library)] internal static partial int sb_clear_gradients(nint* leaves, int count);
    [LibraryImport(Library)] internal static partial int sb_grad_mode();
    [LibraryImport(Library)] internal static partial void sb_set_grad_mode(int on);
    [LibraryImport(Library)] internal static partial int sb_set_autocast(int deviceType, int on, int dtype);

    [LibraryImport(Library)] internal static partial nint sb_last_error();
    [LibraryImport(Library)] internal static partial nint sb_torch_version();
    [LibraryImport(Library)] internal static partial nint sb_configuration();
    [LibraryImport(Library)] internal static partial int sb_threads();
    [LibraryImport(Library)] internal static partial int sb_set_threads(int count);
    [LibraryImport(Library)] internal static partial int sb_seed(long seed);
    [LibraryImport(Library)] internal static partial int sb_random_state(nint* result);
    [LibraryImport(Library)] internal static partial int sb_set_random_state(nint state);
    [LibraryImport(Library)] internal static partial int sb_set_deterministic(int on);
    [LibraryImport(Library)] internal static partial int sb_cuda_devices();
    [LibraryImport(Library)] internal static partial int sb_cuda_synchronize(int device);

    /// <summary>Throws what the door reported, if it reported a failure.</summary>
    internal static void Check(int status, string operation)
    {
        if (status != 0)
        {
            throw new TensorException(operation, Text(sb_last_error()));
        }
    }

    internal static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";
}

/// <summary>One argument as the door takes it; the layout of <c>Argument</c> in operators.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArgument
{
    internal long Tag;
    internal long Value;
    internal long Count;
}
