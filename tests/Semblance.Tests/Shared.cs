using Xunit;

namespace Semblance.Tests;

/// <summary>Images and weights that are too large for the repository; they lie in <c>shared</c> beside it.</summary>
internal static class Shared
{
    /// <summary>A file or folder below <c>shared</c>; where it is missing, the test that asks is skipped and says why.</summary>
    /// <param name="relative">Path below it, such as <c>data/cars</c>.</param>
    public static string Folder(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", relative));
        Assert.SkipUnless(Path.Exists(path), $"../shared/{relative} is not there.");
        return path;
    }
}
