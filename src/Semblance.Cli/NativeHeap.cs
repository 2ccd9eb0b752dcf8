using System.Runtime.InteropServices;

namespace Semblance.Cli;

/// <summary>The heap of the C library, where decoders and tensors get their memory.</summary>
internal static partial class NativeHeap
{
    private const int MaxArenas = -8; // M_ARENA_MAX of glibc's malloc.h

    /// <summary>
    /// Lets all threads share few arenas. By default there are up to eight a processor, each of which keeps as much as the largest images ever took in it: a service grows for hours
    /// until all have seen them.
    /// </summary>
    /// <remarks>Nothing happens where the C library is not glibc, or <c>MALLOC_ARENA_MAX</c> says how many there are to be.</remarks>
    public static void ShareArenas()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is { Length: > 0 })
        {
            return;
        }
        try
        {
            _ = SetOption(MaxArenas, Math.Max(2, Environment.ProcessorCount));
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library: it has no such arenas.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
