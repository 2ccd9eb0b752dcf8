using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Semblance.Tensors.Native;

/// <summary>The one place where the native libraries are found and loaded.</summary>
/// <remarks>Looked for, in order: the folder named by <c>SEMBLANCE_NATIVE</c>, then the folder of the program.</remarks>
public static class NativeLibraries
{
    /// <summary>File name, without prefix and suffix, of the door to libtorch.</summary>
    public const string Torch = "semblance_torch";

    /// <summary>File name, without prefix and suffix, of the door to libvips.</summary>
    public const string Image = "semblance_image";

#pragma warning disable CA2255 // The resolver must stand before the first native call of this assembly.
    [ModuleInitializer]
    internal static void Install() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
#pragma warning restore CA2255

    /// <summary>Whether a library and everything that it needs can be loaded.</summary>
    /// <param name="name"><see cref="Torch"/> or <see cref="Image"/>.</param>
    /// <param name="problem">What is missing and what mends it; empty where it loads.</param>
    public static bool TryLoad(string name, out string problem)
    {
        try
        {
            Resolve(name, typeof(NativeLibraries).Assembly, null);
            problem = "";
            return true;
        }
        catch (NativeLibraryException exception)
        {
            problem = exception.Message;
            return false;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name is not (Torch or Image))
        {
            return 0;
        }
        string file = $"lib{name}.so";
        string? folder = Environment.GetEnvironmentVariable("SEMBLANCE_NATIVE");
        string full = Path.Combine(folder is { Length: > 0 } ? folder : AppContext.BaseDirectory, file);
        if (!File.Exists(full))
        {
            throw new NativeLibraryException($"{full} is not there. Build it with './semblance build', or set SEMBLANCE_NATIVE to the folder that holds it.");
        }
        try
        {
            return NativeLibrary.Load(full);
        }
        catch (DllNotFoundException exception)
        {
            string reason = exception.Message.Split('\n').FirstOrDefault(line => line.Contains("cannot open shared object", StringComparison.Ordinal)) ?? exception.Message.Split('\n')[0];
            string package = name == Torch ? "libtorch-dev libopenblas0-pthread" : "libvips-dev";
            throw new NativeLibraryException($"{full} cannot be loaded: {reason.Trim()}. Install what it needs with 'apt-get install {package}'.");
        }
    }
}

/// <summary>A native library is missing or cannot be loaded; the message says what to install.</summary>
public sealed class NativeLibraryException(string message) : Exception(message);
