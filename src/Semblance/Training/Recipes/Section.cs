using System.Text.RegularExpressions;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Semblance.Training;

/// <summary>A group of keys of a recipe, read by asking for each key that it may hold.</summary>
/// <remarks>
/// <para>
/// Every question names a key, the kind of value that is needed and the default. Nothing throws: a value of the wrong kind is noted as a fault with
/// its line and the default is handed back, so that one reading finds every fault. Keys that nobody asked for are refused at the end, with the nearest valid name.
/// </para>
/// <para>
/// The questions and their answers are the complete, resolved recipe; it is written from them. Always ask for every key, and say with
/// <see cref="When"/> where one has no meaning: then the reference of keys is complete as well.
/// </para>
/// </remarks>
public sealed partial class Section
{
    private readonly Reading _reading;
    private readonly Content _content;
    private readonly bool _applies;
    private readonly string _needs;

    private Section(Reading reading, Content content, bool applies, string needs)
    {
        _reading = reading;
        _content = content;
        _applies = applies;
        _needs = needs;
    }

    /// <summary>Where the section stands, such as <c>data.augment</c>; empty for the whole recipe.</summary>
    public string Path => _content.Path;

    /// <summary>The same section for keys that only have a meaning under a condition; elsewhere they are refused.</summary>
    /// <param name="applies">Whether the keys have a meaning.</param>
    /// <param name="needs">What gives them one, as the user would write it, such as <c>kind: step</c>.</param>
    public Section When(bool applies, string needs) => new(_reading, _content, _applies && applies, _needs.Length == 0 ? needs : $"{_needs} and {needs}");

    /// <summary>A group of keys; where it is left out, each of its keys has its default.</summary>
    public T Child<T>(string key, Func<Section, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        YamlNode? node = Take(key, "a group of keys", "");
        return read(Open(key, Mapping(key, node), _applies));
    }

    /// <summary>A group of keys that may be missing: then what it describes is off.</summary>
    public T? Optional<T>(string key, Func<Section, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        YamlNode? node = Take(key, "a group of keys or null", "null");
        if (node is not null && !YamlValues.IsNull(node))
        {
            return read(Open(key, Mapping(key, node), _applies));
        }
        Keep(key, YamlValues.Null);
        read(Ghost($"{Prefix}{key}"));
        return null;
    }

    /// <summary>A list of groups of keys.</summary>
    public ValueList<T> List<T>(string key, Func<Section, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        YamlNode? node = Take(key, "a list of groups of keys", "[]");
        read(Ghost($"{Prefix}{key}[]"));
        List<T> items = [];
        YamlSequenceNode written = [];
        foreach (YamlNode item in Sequence(key, node))
        {
            Content content = new($"{Prefix}{key}[{items.Count}]", Mapping($"{key}[{items.Count}]", item), item);
            _reading.Sections.Add(content);
            items.Add(read(new(_reading, content, _applies, _needs)));
            written.Add(content.Resolved);
        }
        written.Style = items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
        Keep(key, written);
        return [.. items];
    }

    /// <summary>A group of keys of another recipe: what <c>--set</c> would be given to set each of them. They are looked at when that recipe is read.</summary>
    public ValueList<string> Settings(string key)
    {
        YamlNode? node = Take(key, "a group of keys of a recipe", "{}");
        YamlMappingNode group = Mapping(key, node) ?? [];
        Keep(key, group);
        return [.. Flat(group, "")];
    }

    private static IEnumerable<string> Flat(YamlMappingNode group, string prefix) => group.Children.SelectMany(pair => pair.Value is YamlMappingNode inner
        ? Flat(inner, $"{prefix}{(pair.Key as YamlScalarNode)?.Value}.")
        : [$"{prefix}{(pair.Key as YamlScalarNode)?.Value}={YamlValues.ToLine(pair.Value)}"]);

    /// <summary>Notes a fault in the value of a key that is of the right kind by itself.</summary>
    /// <param name="key">The key; its line is blamed where it was given, else that of the section.</param>
    /// <param name="sentence">What is wrong and what is needed, beginning with the key's whole path.</param>
    public void Fault(string key, string sentence)
    {
        if (_applies && !_content.IsGhost)
        {
            FaultAt(PlaceOf(key), sentence);
        }
    }

    /// <summary>Accepts every key of the section: its faults are already known, and more would only hide them.</summary>
    public void Tolerate() => _content.Tolerant = true;

    /// <summary>Runs a function that may refuse its values with an <see cref="ArgumentException"/>, which becomes a fault of this section.</summary>
    internal object? Guard(BindLoss bind)
    {
        try
        {
            return bind(this);
        }
        catch (ArgumentException exception)
        {
            Fault("", $"{Path}: {exception.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    /// <summary>Reads a whole tree: asks, refuses what nobody asked for, and fails with all faults.</summary>
    /// <exception cref="InvalidDataException">There is at least one fault.</exception>
    internal static (T Value, string Resolved, IReadOnlyList<RecipeKey> Keys) ReadAll<T>(RecipeTree tree, Func<Section, T> read)
    {
        Reading reading = new(tree);
        Content content = new("", tree.Root, tree.Root);
        reading.Sections.Add(content);
        T value = read(new(reading, content, true, ""));
        reading.RefuseUnknownKeys();
        tree.ThrowIfFaulty();
        return (value, YamlValues.ToText(content.Resolved), reading.Keys);
    }

    private string Prefix => Path.Length == 0 ? "" : $"{Path}.";

    private T Ask<T>(string key, string type, T fallback, Func<YamlNode, Answer<T>?> parse, Func<T, YamlNode> write, Func<YamlNode, string>? hint = null, Func<YamlNode, string>? found = null)
    {
        YamlNode written = write(fallback);
        T value = fallback;
        if (Take(key, type, YamlValues.ToText(written).TrimEnd('\n')) is { } node)
        {
            if (parse(node) is { } answer)
            {
                value = answer.Value;
                written = write(value);
            }
            else
            {
                Fault(key, $"{found?.Invoke(node) ?? Is($"{Prefix}{key}", node)}; {type} is needed.{hint?.Invoke(node)}");
            }
        }
        Keep(key, written);
        return value;
    }

    /// <summary>Notes that a key was asked for; its node where it was given and has a meaning.</summary>
    private YamlNode? Take(string key, string type, string fallback)
    {
        _reading.Note(new(_content.KeyPath(key), type, fallback, _needs));
        if (_applies)
        {
            _content.Known.Add(key);
            return Find(key)?.Value;
        }
        _content.Meaningless[key] = _content.Meaningless.TryGetValue(key, out string? needs) && needs != _needs ? $"{needs} or {_needs}" : _needs;
        return null;
    }

    private KeyValuePair<YamlNode, YamlNode>? Find(string key) => _content.Node is { } node ? RecipeTree.Find(node, key) : null;

    private YamlNode PlaceOf(string key) => Find(key) is { } pair ? _reading.Tree.PlaceOf(pair) : _content.Place;

    private void Keep(string key, YamlNode value)
    {
        if (_applies)
        {
            _content.Resolved.Children[new YamlScalarNode(key)] = value;
        }
    }

    private Section Open(string key, YamlMappingNode? node, bool applies)
    {
        if (!applies)
        {
            return Ghost($"{Prefix}{key}");
        }
        Content content = new($"{Prefix}{key}", node, PlaceOf(key)) { IsGhost = _content.IsGhost };
        _reading.Sections.Add(content);
        Keep(key, content.Resolved);
        return new(_reading, content, applies, _needs);
    }

    /// <summary>A section that is not there: asking it makes its keys known and changes nothing else.</summary>
    private Section Ghost(string path) => new(_reading, new(path, null, _content.Place) { IsGhost = true }, true, _needs);

    private YamlMappingNode? Mapping(string key, YamlNode? node)
    {
        if (node is not (null or YamlMappingNode) && !YamlValues.IsNull(node))
        {
            FaultAt(node, $"{Prefix}{key} is {YamlValues.Describe(node)}; a group of keys is needed.");
        }
        return node as YamlMappingNode;
    }

    private IEnumerable<YamlNode> Sequence(string key, YamlNode? node)
    {
        if (node is not (null or YamlSequenceNode) && !YamlValues.IsNull(node))
        {
            Fault(key, $"{Prefix}{key} is {YamlValues.Describe(node)}; a list of groups of keys is needed. Begin each group with '- '.");
        }
        return node as YamlSequenceNode ?? [];
    }

    private void FaultAt(YamlNode node, string sentence) => _reading.Tree.Fault(node, sentence);

    /// <summary>A value that was read; null instead of it says that the text is not of the kind.</summary>
    private sealed record Answer<T>(T Value);

    /// <summary>What is known of one group of keys, whatever views of it are asked.</summary>
    private sealed class Content(string path, YamlMappingNode? node, YamlNode place)
    {
        public string Path { get; } = path;

        public YamlMappingNode? Node { get; } = node;

        /// <summary>Where a fault of the whole group is reported.</summary>
        public YamlNode Place { get; } = place;

        public bool IsGhost { get; init; }

        public bool Tolerant { get; set; }

        public HashSet<string> Known { get; } = [];

        public Dictionary<string, string> Meaningless { get; } = [];

        public YamlMappingNode Resolved { get; } = [];

        public string KeyPath(string key) => Regex.Replace(Path.Length == 0 ? key : $"{Path}.{key}", @"\[\d+\]", "[]");
    }

    /// <summary>What is known of the whole recipe.</summary>
    private sealed class Reading(RecipeTree tree)
    {
        private readonly Dictionary<(string Path, string Needs), RecipeKey> _keys = [];

        public RecipeTree Tree { get; } = tree;

        public List<Content> Sections { get; } = [];

        public IReadOnlyList<RecipeKey> Keys => [.. _keys.Values];

        public void Note(RecipeKey key) => _keys.TryAdd((key.Path, key.Needs), key);

        public void RefuseUnknownKeys()
        {
            foreach (Content section in Sections.Where(section => section.Node is not null && !section.Tolerant))
            {
                foreach ((YamlNode name, YamlNode value) in section.Node!.Children)
                {
                    Refuse(section, name, isNothing: YamlValues.IsNull(value));
                }
            }
        }

        /// <summary>A key without meaning may stay where it says nothing: <c>--set data.drawn=null</c> takes out what another key rules out.</summary>
        private void Refuse(Content section, YamlNode name, bool isNothing)
        {
            string key = (name as YamlScalarNode)?.Value ?? "";
            string path = section.Path.Length == 0 ? key : $"{section.Path}.{key}";
            if (section.Known.Contains(key) || (isNothing && section.Meaningless.ContainsKey(key)))
            {
                return;
            }
            Tree.Fault(name, section.Meaningless.TryGetValue(key, out string? needs)
                ? $"{path} has no meaning here; it needs {needs}. Set that, or remove the key."
                : $"{path} is not a key of a recipe; {Suggest(section, key)}.");
        }

        /// <summary>The key of that very name elsewhere, else the nearest one here, else all that there are here.</summary>
        private string Suggest(Content section, string key)
        {
            RecipeKey? elsewhere = _keys.Values.FirstOrDefault(known => NearestName.Distance(known.Path.Split('.')[^1], key) == 0);
            string? near = NearestName.Of(key, section.Known);
            string prefix = section.Path.Length == 0 ? "" : $"{section.Path}.";
            if (near is not null && (elsewhere is null || NearestName.Distance(near, key) == 0))
            {
                return $"nearest is {prefix}{near}";
            }
            return elsewhere is not null
                ? $"nearest is {elsewhere.Path}"
                : $"the keys {(prefix.Length == 0 ? "at the top" : $"of {section.Path}")} are {string.Join(", ", section.Known)}";
        }
    }
}
