using Semblance.Encoders;
using Semblance.IO;

namespace Semblance.Serving.Stores;

/// <summary>Which model made the codes of an index, in a file of its directory.</summary>
internal static class IndexNote
{
    /// <summary>The name of the file.</summary>
    public const string Name = "encoder.json";

    /// <summary>Reads it; null where nothing is known.</summary>
    public static EncodedNote? Of(string directory)
    {
        string file = Path.Combine(directory, Name);
        return File.Exists(file) ? EncodedNote.Parse(File.ReadAllText(file)) : null;
    }

    /// <summary>Writes it.</summary>
    public static void Write(string directory, EncodedNote note) => AtomicFile.WriteText(Path.Combine(directory, Name), note.ToJson() + "\n");
}
