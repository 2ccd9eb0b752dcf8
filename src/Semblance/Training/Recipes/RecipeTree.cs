using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Semblance.Training;

/// <summary>A recipe as a tree of YAML, which knows for every node where it came from, and the faults found in it so far.</summary>
internal sealed class RecipeTree
{
    private const int DeepestNesting = 32;

    private readonly Dictionary<YamlNode, string> _origins = new(ReferenceEqualityComparer.Instance);
    private readonly List<(long Order, string Sentence)> _faults = [];

    private RecipeTree(string file, YamlMappingNode root)
    {
        File = file;
        Root = root;
    }

    /// <summary>Name of the file, as the user gave it.</summary>
    public string File { get; }

    public YamlMappingNode Root { get; }

    /// <summary>The tree of a text.</summary>
    /// <exception cref="InvalidDataException">The text is not one YAML mapping.</exception>
    public static RecipeTree Parse(string text, string file)
    {
        try
        {
            YamlStream stream = Load(text, file);
            return stream.Documents.Count switch
            {
                0 => throw new InvalidDataException($"{file} is empty; a recipe needs at least an objective."),
                1 when stream.Documents[0].RootNode is YamlMappingNode root => new RecipeTree(file, root),
                1 => throw new InvalidDataException($"{file} holds {YamlValues.Describe(stream.Documents[0].RootNode)}; a recipe is keys with values, one a line."),
                int documents => throw new InvalidDataException($"{file} holds {documents} YAML documents; a recipe is one. Remove the lines '---' between them."),
            };
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException(Blame(text, file, exception), exception);
        }
    }

    /// <summary>Notes a fault at a node; the sentence says what is wrong and what is needed.</summary>
    public void Fault(YamlNode node, string sentence)
    {
        bool isSetting = _origins.TryGetValue(node, out string? origin);
        _faults.Add((isSetting ? long.MaxValue : node.Start.Line, isSetting ? $"{origin}: {sentence}" : $"{File}, line {node.Start.Line}: {sentence}"));
    }

    /// <summary>Notes a fault that no line is to blame for.</summary>
    public void Fault(string sentence) => _faults.Add((0, $"{File}: {sentence}"));

    /// <summary>Puts one <c>--set a.b=c</c> into the tree.</summary>
    public void Set(string setting)
    {
        string origin = $"--set {setting}";
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            _faults.Add((long.MaxValue, $"{origin}: no key and value were found; write --set key=value, such as --set optimizer.lr=0.01."));
            return;
        }
        try
        {
            Put(setting[..equals].Split('.'), ParseValue(setting[(equals + 1)..], origin), origin);
        }
        catch (YamlException exception)
        {
            _faults.Add((long.MaxValue, $"{origin}: the value is not valid YAML: {Sentence(exception)}"));
        }
    }

    /// <summary>Fails with every fault, in the order of the lines, one sentence a line.</summary>
    /// <exception cref="InvalidDataException">There is at least one fault.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new InvalidDataException(string.Join('\n', _faults.OrderBy(fault => fault.Order).Select(fault => fault.Sentence)));
        }
    }

    private void Put(string[] path, YamlNode value, string origin)
    {
        YamlNode node = Root;
        for (int depth = 0; depth < path.Length - 1; depth++)
        {
            if (Descend(node, path, depth, origin) is not { } child)
            {
                return;
            }
            node = child;
        }
        if (node is YamlMappingNode mapping)
        {
            Replace(mapping, path[^1], value, origin);
        }
        else
        {
            FaultAtSetting(origin, $"{string.Join('.', path[..^1])} is {YamlValues.Describe(node)} and has no key {path[^1]}.");
        }
    }

    private YamlNode? Descend(YamlNode node, string[] path, int depth, string origin)
    {
        string key = path[depth];
        switch (node)
        {
            case YamlMappingNode mapping:
                if (Find(mapping, key) is { Value: { } child } && !YamlValues.IsNull(child))
                {
                    return child;
                }
                YamlMappingNode made = [];
                Replace(mapping, key, made, origin);
                return made;
            case YamlSequenceNode list:
                YamlNode? item = Item(list, key);
                if (item is null)
                {
                    string items = string.Join(", ", list.Select((entry, index) => NameOf(entry) ?? index.ToString(CultureInfo.InvariantCulture)));
                    FaultAtSetting(origin, $"{string.Join('.', path[..depth])} has no item {key}; its items are {items}.");
                }
                return item;
            default:
                FaultAtSetting(origin, $"{string.Join('.', path[..depth])} is {YamlValues.Describe(node)} and has no key {key}.");
                return null;
        }
    }

    /// <summary>An item of a list by its number from 0 or by its name.</summary>
    private static YamlNode? Item(YamlSequenceNode list, string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? list.ElementAtOrDefault(index)
            : list.FirstOrDefault(item => NameOf(item) == key);

    private static string? NameOf(YamlNode item) =>
        item is YamlMappingNode mapping && (Find(mapping, "name") ?? Find(mapping, "loss")) is { Value: YamlScalarNode name } ? name.Value : null;

    private void Replace(YamlMappingNode mapping, string key, YamlNode value, string origin)
    {
        if (Find(mapping, key) is { } pair)
        {
            mapping.Children[pair.Key] = value;
        }
        else
        {
            YamlScalarNode name = new(key);
            _origins[name] = origin;
            mapping.Add(name, value);
        }
        _origins[value] = origin;
    }

    /// <summary>The entry of a mapping with a key; null where there is none.</summary>
    public static KeyValuePair<YamlNode, YamlNode>? Find(YamlMappingNode mapping, string key)
    {
        foreach (KeyValuePair<YamlNode, YamlNode> pair in mapping.Children)
        {
            if (pair.Key is YamlScalarNode name && name.Value == key)
            {
                return pair;
            }
        }
        return null;
    }

    /// <summary>The node whose place a fault of an entry names: its key, or its value where a setting put that there.</summary>
    public YamlNode PlaceOf(KeyValuePair<YamlNode, YamlNode> entry) => _origins.ContainsKey(entry.Value) ? entry.Value : entry.Key;

    private YamlNode ParseValue(string text, string origin)
    {
        YamlStream stream = Load(text, origin);
        YamlNode value = stream.Documents.Count == 0 ? new YamlScalarNode("") { Style = ScalarStyle.Plain } : stream.Documents[0].RootNode;
        foreach (YamlNode node in value.AllNodes)
        {
            _origins[node] = origin;
        }
        return value;
    }

    private void FaultAtSetting(string origin, string sentence) => _faults.Add((long.MaxValue, $"{origin}: {sentence}"));

    private static YamlStream Load(string text, string file)
    {
        Mark lastAlias = RefuseDeepNesting(text, file);
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            return stream;
        }
        catch (ArgumentException)
        {
            throw new YamlException(lastAlias, lastAlias, "an alias stands where none can");
        }
    }

    /// <summary>Reading nests as deep as the text does: a hostile text would end the process, not fail.</summary>
    /// <returns>Where the last alias stands.</returns>
    private static Mark RefuseDeepNesting(string text, string file)
    {
        Parser parser = new(new StringReader(text));
        Mark lastAlias = Mark.Empty;
        int depth = 0;
        while (MoveNext(parser))
        {
            lastAlias = parser.Current is AnchorAlias alias ? alias.Start : lastAlias;
            depth += parser.Current is MappingStart or SequenceStart ? 1 : parser.Current is MappingEnd or SequenceEnd ? -1 : 0;
            if (depth > DeepestNesting)
            {
                throw new InvalidDataException($"{file}, line {parser.Current!.Start.Line}: lists and groups are nested more than {DeepestNesting} deep; a recipe never is.");
            }
        }
        return lastAlias;
    }

    /// <summary>The parser's next event; its own slips over some broken texts, such as a bracket that is missing, are faults of the text as well.</summary>
    private static bool MoveNext(Parser parser)
    {
        Mark last = parser.Current?.End ?? Mark.Empty;
        try
        {
            return parser.MoveNext();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new YamlException(last, last, "a bracket or a quote is missing near here");
        }
    }

    /// <summary>Names the line to mend; of a tab among the spaces at the start of a line the parser only knows the line before.</summary>
    private static string Blame(string text, string file, YamlException exception)
    {
        int tab = Array.FindIndex(text.Split('\n'), line => line[..^line.TrimStart().Length].Contains('\t', StringComparison.Ordinal));
        return tab >= 0
            ? $"{file}, line {tab + 1}: this is not valid YAML: the line begins with a tab. Indent with spaces."
            : $"{file}, line {exception.Start.Line}: {Sentence(exception)}";
    }

    private static string Sentence(YamlException exception)
    {
        string message = (exception.InnerException?.Message ?? exception.Message).Trim().TrimEnd('.');
        return $"this is not valid YAML: {char.ToLowerInvariant(message[0])}{message[1..]}. Write 'key: value', close what is opened, and give each key once.";
    }
}
