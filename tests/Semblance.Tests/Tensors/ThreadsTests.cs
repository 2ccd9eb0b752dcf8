using System.Runtime.InteropServices;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Tensors;

public sealed class ThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Threads_of_an_operator_are_those_of_OpenBLAS_too(int threads)
    {
        int before = Torch.Threads;
        try
        {
            Torch.Threads = threads;
            Assert.Equal(threads, Torch.Threads);
            Assert.SkipUnless(File.Exists("/proc/self/maps") && File.ReadAllText("/proc/self/maps").Contains("libopenblas.so.0", StringComparison.Ordinal), "libtorch does not use OpenBLAS here.");
            Assert.Equal(threads, Marshal.GetDelegateForFunctionPointer<Getter>(NativeLibrary.GetExport(NativeLibrary.Load("libopenblas.so.0"), "openblas_get_num_threads"))());
        }
        finally
        {
            Torch.Threads = before;
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Getter();
}
