using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Semblance.Training.Comparison;

/// <summary>A resolved recipe as one list of keys, such as <c>objective[0].loss</c>.</summary>
/// <remarks>It is read as text: a run of an older version may have keys that this one does not know.</remarks>
internal static class FlatRecipe
{
    private static readonly string[] Incidental = ["threads", "checkpoint", "log", "data.path", "model.features-cache", "model.features-folder", "evaluation"];

    /// <summary>Every key with its value as text; a list of plain values is one value.</summary>
    /// <exception cref="InvalidDataException">The file is not a recipe.</exception>
    public static SortedDictionary<string, string> Read(string path)
    {
        SortedDictionary<string, string> keys = new(StringComparer.Ordinal);
        try
        {
            Add(keys, "", RecipeTree.Parse(File.ReadAllText(path), path).Root);
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException($"{path} cannot be read as a recipe: {exception.Message}", exception);
        }
        return keys;
    }

    /// <summary>Whether a key can change what a run becomes. How it is judged is told by protocols.</summary>
    public static bool Matters(string key) => key is not ("name" or "seed" or "model.bits")
        && !Incidental.Any(prefix => key == prefix || key.StartsWith(prefix + ".", StringComparison.Ordinal));

    private static void Add(SortedDictionary<string, string> keys, string path, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    Add(keys, path.Length == 0 ? key.ToString() : $"{path}.{key}", value);
                }
                break;
            case YamlSequenceNode list when list.Children.Count > 0 && list.Children.All(item => item is YamlMappingNode):
                for (int k = 0; k < list.Children.Count; k++)
                {
                    Add(keys, $"{path}[{k}]", list.Children[k]);
                }
                break;
            case YamlSequenceNode list:
                keys[path] = $"[{string.Join(", ", list.Children.Select(item => item.ToString()))}]";
                break;
            default:
                keys[path] = ((YamlScalarNode)node).Value ?? "";
                break;
        }
    }
}
