namespace Semblance.Tests;

/// <summary>The checked-out repository that the tests run from.</summary>
internal static class Repository
{
    /// <summary>Its root: the folder that holds Semblance.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file or folder of the repository.</summary>
    /// <param name="relative">Path below the root, with slashes.</param>
    public static string File(string relative) => Path.Combine(Root, relative);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Semblance.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Semblance.slnx; run the tests from the repository.");
    }
}
