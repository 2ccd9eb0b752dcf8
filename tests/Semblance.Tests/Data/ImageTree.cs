using System.Text;
using Semblance.Tests.Tensors.Images;

namespace Semblance.Tests.Data;

/// <summary>A folder of small images that goes with the test.</summary>
internal sealed class ImageTree : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("semblance-data-").FullName;

    public string File(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Images that differ from one another.</summary>
    public ImageTree With(params string[] names)
    {
        foreach (string name in names)
        {
            int seed = Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Length;
            Write(name, name.EndsWith(".png", StringComparison.Ordinal) ? TestImages.Png(20 + seed, 16, seed) : TestImages.Jpeg(20 + seed, 16, seed));
        }
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
