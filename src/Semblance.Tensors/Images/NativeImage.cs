using System.Runtime.InteropServices;
using Semblance.Tensors.Native;

namespace Semblance.Tensors.Images;

/// <summary>The exported functions of native/image/api.cpp.</summary>
internal static unsafe partial class NativeImage
{
    internal const int MessageBytes = 256;

    [StructLayout(LayoutKind.Sequential)]
    internal struct Info
    {
        public int Width, Height, Format, Orientation;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct View
    {
        public double X, Y, Width, Height;
        public long MaxPixels;
        public int OutWidth, OutHeight, Flip, Layout;
        public fixed float Scale[3];
        public fixed float Bias[3];
    }

    [LibraryImport(NativeLibraries.Image, EntryPoint = "smb_image_probe")]
    internal static partial int Probe(byte* data, nuint size, Info* info, byte* message, int capacity);

    [LibraryImport(NativeLibraries.Image, EntryPoint = "smb_image_render")]
    internal static partial int Render(byte* data, nuint size, View* view, void* output, byte* message, int capacity);

    [LibraryImport(NativeLibraries.Image, EntryPoint = "smb_image_render_pixels")]
    internal static partial int RenderPixels(byte* rgb, int width, int height, View* view, void* output, byte* message, int capacity);

    [LibraryImport(NativeLibraries.Image, EntryPoint = "smb_image_encode")]
    internal static partial int Encode(byte* rgb, int width, int height, int format, int quality, void** output, nuint* size, byte* message, int capacity);

    [LibraryImport(NativeLibraries.Image, EntryPoint = "smb_image_free")]
    internal static partial void Free(void* memory);

    [LibraryImport(NativeLibraries.Image, EntryPoint = "smb_image_versions")]
    internal static partial int Versions(byte* message, int capacity);
}
