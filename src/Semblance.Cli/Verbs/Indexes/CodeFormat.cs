using System.Text;
using Semblance.Index.Files;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary>A kind of file that holds codes.</summary>
internal enum CodeFormat
{
    /// <summary>What 'semblance encode' writes.</summary>
    Codes,

    /// <summary>A table with ids, tags and payloads.</summary>
    Csv,

    /// <summary>A flat binary index of FAISS.</summary>
    Faiss,

    /// <summary>Packed rows of NumPy.</summary>
    Npy,

    /// <summary>Packed rows and nothing else.</summary>
    Raw,
}

/// <summary>Which kind of file a file is.</summary>
internal static class CodeFormats
{
    /// <summary>By its first bytes, else by its name.</summary>
    /// <exception cref="InvalidDataException">It is missing, or nothing tells what it is.</exception>
    public static CodeFormat Of(string path)
    {
        if (!File.Exists(path))
        {
            string what = Directory.Exists(path) ? "is a folder" : File.Exists(RowFileWriter.PartialPath(path)) ? "is not finished; give the command that began it again" : "is not there";
            throw new InvalidDataException($"{path} {what}. Give a file of codes.");
        }
        using FileStream stream = File.OpenRead(path);
        byte[] start = new byte[8];
        string text = Encoding.Latin1.GetString(start, 0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        return text.StartsWith("SMBROWS", StringComparison.Ordinal) ? CodeFormat.Codes
            : text.StartsWith("\u0093NUMPY", StringComparison.Ordinal) ? CodeFormat.Npy
            : text.StartsWith("IB", StringComparison.Ordinal) ? CodeFormat.Faiss
            : ByName(path) ?? throw new InvalidDataException($"{path}: neither its beginning nor its name tells what it is. Say so with --format: codes, csv, faiss, npy or raw.");
    }

    /// <summary>By the name alone; null where it says nothing.</summary>
    public static CodeFormat? ByName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".codes" or ".smb" => CodeFormat.Codes,
        ".csv" => CodeFormat.Csv,
        ".faiss" => CodeFormat.Faiss,
        ".npy" => CodeFormat.Npy,
        ".bin" or ".raw" => CodeFormat.Raw,
        _ => null,
    };
}
