using System.Text;

namespace Semblance.Data.Drawn;

/// <summary>A drawn picture on disk: its path within the set, its split and what it shows.</summary>
internal sealed record DrawnItem(string Path, string Split, DrawnAttributes Attributes);

/// <summary>The lists of a drawn set's pictures: path, label or labels, split, then a column for each attribute.</summary>
internal static class DrawnManifest
{
    /// <summary>Lists every picture with its class as the one label.</summary>
    public static void WriteClasses(string path, IReadOnlyList<DrawnItem> items) => Write(path, "label", items, shown => shown.Class);

    /// <summary>Lists every picture with its class, colour, texture and background as labels.</summary>
    public static void WriteSeveral(string path, IReadOnlyList<DrawnItem> items) =>
        Write(path, "labels", items, shown => string.Join(';', shown.Class, shown.Colour, shown.Texture, shown.Background));

    /// <summary>Writes the list beside its place and renames it: a manifest that exists is whole.</summary>
    private static void Write(string path, string column, IReadOnlyList<DrawnItem> items, Func<DrawnAttributes, string> labels)
    {
        StringBuilder text = new();
        text.Append("path,").Append(column).Append(",split,").AppendJoin(',', DrawnAttributes.Names).Append('\n');
        foreach (DrawnItem item in items)
        {
            text.Append(item.Path).Append(',').Append(labels(item.Attributes)).Append(',').Append(item.Split).Append(',');
            text.AppendJoin(',', item.Attributes.Values()).Append('\n');
        }

        string beside = path + ".part";
        File.WriteAllText(beside, text.ToString());
        File.Move(beside, path, overwrite: true);
    }
}
