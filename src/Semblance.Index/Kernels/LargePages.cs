using System.Runtime.InteropServices;

namespace Semblance.Index.Kernels;

/// <summary>Memory that is read at random: in pages of two megabytes where the system gives them, so that an address is found at once.</summary>
internal static unsafe partial class LargePages
{
    private const nint Page = 4096;
    private const int Least = 4 << 20;
    private const int HugePage = 14;

    /// <summary>Zeroed bytes.</summary>
    public static byte[] Allocate(long bytes)
    {
        var array = new byte[bytes];
        if (bytes >= Least && OperatingSystem.IsLinux())
        {
            Advise(array);
        }

        return array;
    }

    /// <summary>A wish before the first write; where it is not heard, pages are small and everything works as it does with large ones.</summary>
    private static void Advise(byte[] array)
    {
        fixed (byte* first = array)
        {
            nint start = ((nint)first + Page - 1) & -Page;
            nint end = ((nint)first + array.Length) & -Page;
            _ = MAdvise(start, end - start, HugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(nint address, nint length, int advice);
}
