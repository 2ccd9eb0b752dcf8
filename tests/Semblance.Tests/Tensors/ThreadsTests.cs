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
            string? library = Loaded("/libopenblas");
            Assert.SkipUnless(library is not null, "libtorch does not use OpenBLAS here.");
            Assert.Equal(threads, Marshal.GetDelegateForFunctionPointer<Getter>(NativeLibrary.GetExport(NativeLibrary.Load(library), "openblas_get_num_threads"))());
        }
        finally
        {
            Torch.Threads = before;
        }
    }

    private static string? Loaded(string name) =>
        !File.Exists("/proc/self/maps") ? null : File.ReadLines("/proc/self/maps").Where(line => line.Contains(name, StringComparison.Ordinal)).Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).FirstOrDefault();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Getter();
}
