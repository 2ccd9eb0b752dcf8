using YamlDotNet.RepresentationModel;

namespace Semblance.Training;

/// <summary>Reads a value from its text; false where the text is not of the kind.</summary>
public delegate bool TryParse<T>(string text, out T value);

/// <content>The kinds of single values and lists that can be asked for.</content>
public sealed partial class Section
{
    /// <summary>A whole number.</summary>
    public int Int(string key, int fallback, int min = int.MinValue, int max = int.MaxValue) =>
        Ask(key, Phrases.Int(min, max), fallback, node => YamlValues.Int(node) is { } value && value >= min && value <= max ? new(value) : null, YamlValues.Write);

    /// <summary>A whole number, or nothing.</summary>
    public int? IntOrNull(string key, int? fallback, int min = int.MinValue, int max = int.MaxValue) =>
        Ask(key, Phrases.OrNull(Phrases.Int(min, max)), fallback, OrNull<int?>(node => YamlValues.Int(node) is { } value && value >= min && value <= max ? new(value) : null),
            value => value is { } number ? YamlValues.Write(number) : YamlValues.Null);

    /// <summary>A whole number, or one word that stands for a rule, such as <c>all</c>; null is the word.</summary>
    public int? IntOr(string key, string word, int? fallback, int min = int.MinValue, int max = int.MaxValue) =>
        Ask(key, $"{word} or {Phrases.Int(min, max)}", fallback,
            node => YamlValues.Text(node) == word ? new(null) : YamlValues.Int(node) is { } value && value >= min && value <= max ? new Answer<int?>(value) : null,
            value => value is { } number ? YamlValues.Write(number) : YamlValues.Write(word));

    /// <summary>A finite number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The value where the key is left out.</param>
    /// <param name="min">The smallest valid value.</param>
    /// <param name="max">The largest valid value.</param>
    /// <param name="above">A bound that the value must exceed.</param>
    /// <param name="below">A bound that the value must stay under.</param>
    public double Number(string key, double fallback, double min = double.NegativeInfinity, double max = double.PositiveInfinity, double above = double.NegativeInfinity, double below = double.PositiveInfinity)
    {
        Bounds bounds = new(min, max, above, below);
        return Ask(key, Phrases.Number(bounds), fallback, node => bounds.Read(node) is { } value ? new(value) : null, YamlValues.Write);
    }

    /// <summary>A finite number, or nothing.</summary>
    /// <inheritdoc cref="Number"/>
    public double? NumberOrNull(string key, double? fallback, double min = double.NegativeInfinity, double max = double.PositiveInfinity, double above = double.NegativeInfinity, double below = double.PositiveInfinity)
    {
        Bounds bounds = new(min, max, above, below);
        return Ask(key, Phrases.OrNull(Phrases.Number(bounds)), fallback, OrNull<double?>(node => bounds.Read(node) is { } value ? new(value) : null), value => WriteOr(value, null));
    }

    /// <summary>A finite number, or one word that stands for a rule, such as <c>auto</c>; null is the word.</summary>
    /// <inheritdoc cref="Number"/>
    /// <param name="key">The key.</param>
    /// <param name="word">The word.</param>
    /// <param name="fallback">The value where the key is left out; null is the word.</param>
    /// <param name="min">The smallest valid value.</param>
    /// <param name="max">The largest valid value.</param>
    /// <param name="above">A bound that the value must exceed.</param>
    /// <param name="below">A bound that the value must stay under.</param>
    public double? NumberOr(string key, string word, double? fallback, double min = double.NegativeInfinity, double max = double.PositiveInfinity, double above = double.NegativeInfinity, double below = double.PositiveInfinity)
    {
        Bounds bounds = new(min, max, above, below);
        return Ask(key, $"{word} or {Phrases.Number(bounds)}", fallback,
            node => YamlValues.Text(node) == word ? new(null) : bounds.Read(node) is { } value ? new Answer<double?>(value) : null, value => WriteOr(value, word));
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key, bool fallback) => Ask(key, "true or false", fallback, node => YamlValues.Flag(node) is { } value ? new(value) : null, YamlValues.Write);

    /// <summary>A text.</summary>
    public string Text(string key, string fallback) => Ask(key, "a text", fallback, node => YamlValues.Text(node) is { Length: > 0 } value ? new(value) : null, YamlValues.Write);

    /// <summary>A text, or nothing.</summary>
    public string? TextOrNull(string key, string? fallback) =>
        Ask(key, Phrases.OrNull("a text"), fallback, OrNull<string?>(node => YamlValues.Text(node) is { Length: > 0 } value ? new(value) : null), YamlValues.Write);

    /// <summary>A text of a certain form.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The value where the key is left out.</param>
    /// <param name="needed">The form, in words that follow "a" or "an": the type of the key.</param>
    /// <param name="isValid">Whether a text has the form.</param>
    public string Text(string key, string fallback, string needed, Func<string, bool> isValid) =>
        Ask(key, needed, fallback, node => YamlValues.Text(node) is { } value && isValid(value) ? new(value) : null, YamlValues.Write);

    /// <summary>A text without which there is no recipe.</summary>
    /// <returns>The text; empty where it is missing, which is noted as a fault.</returns>
    public string RequiredText(string key) => Required(key, "a text", node => YamlValues.Text(node) is { Length: > 0 } value ? new(value) : null, _ => "");

    /// <summary>One of several names, which must be given.</summary>
    /// <returns>The name; empty where it is missing or unknown, which is noted as a fault.</returns>
    public string RequiredOneOf(string key, IReadOnlyCollection<string> names) =>
        Required(key, Phrases.OneOf(names), node => YamlValues.Text(node) is { } value && names.Contains(value) ? new(value) : null, node => Phrases.Nearest(node, names));

    /// <summary>One of several names.</summary>
    public string OneOf(string key, string fallback, IReadOnlyCollection<string> names) =>
        Ask(key, Phrases.OneOf(names), fallback, node => YamlValues.Text(node) is { } value && names.Contains(value) ? new(value) : null, YamlValues.Write, node => Phrases.Nearest(node, names));

    /// <summary>One of the values of an enumeration; in recipes <c>OneCycle</c> is <c>one-cycle</c>.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        Dictionary<string, T> values = Enum.GetValues<T>().ToDictionary(Phrases.Kebab);
        return Ask(key, Phrases.OneOf(values.Keys), fallback, node => YamlValues.Text(node) is { } name && values.TryGetValue(name, out T value) ? new(value) : null,
            value => YamlValues.Write(Phrases.Kebab(value)), node => Phrases.Nearest(node, values.Keys));
    }

    /// <summary>One of the values of an enumeration, or one word that stands for none of them; null is the word.</summary>
    public T? ChoiceOr<T>(string key, string word, T? fallback)
        where T : struct, Enum
    {
        Dictionary<string, T?> values = Enum.GetValues<T>().ToDictionary(Phrases.Kebab, value => (T?)value);
        string[] names = [word, .. values.Keys];
        values[word] = null;
        return Ask(key, Phrases.OneOf(names), fallback, node => YamlValues.Text(node) is { } name && values.TryGetValue(name, out T? value) ? new Answer<T?>(value) : null,
            value => YamlValues.Write(value is { } kind ? Phrases.Kebab(kind) : word), node => Phrases.Nearest(node, names));
    }

    /// <summary>A list of finite numbers.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The value where the key is left out.</param>
    /// <param name="count">How many numbers there must be; null for any.</param>
    /// <param name="min">The smallest valid number.</param>
    /// <param name="max">The largest valid number.</param>
    /// <param name="above">A bound that each number must exceed.</param>
    /// <param name="below">A bound that each number must stay under.</param>
    public ValueList<double> Numbers(
        string key, ValueList<double> fallback, int? count = null,
        double min = double.NegativeInfinity, double max = double.PositiveInfinity, double above = double.NegativeInfinity, double below = double.PositiveInfinity)
    {
        Bounds bounds = new(min, max, above, below);
        return Items(key, Phrases.List(Phrases.Number(bounds), count), fallback, node => bounds.Read(node) is { } value ? new(value) : null, YamlValues.Write, list => count is null || list.Count == count);
    }

    /// <summary>A list of rows of finite numbers; empty where there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The value where the key is left out.</param>
    /// <param name="min">The smallest valid number.</param>
    /// <param name="max">The largest valid number.</param>
    public ValueList<ValueList<double>> Rows(string key, ValueList<ValueList<double>> fallback, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        Bounds bounds = new(min, max, double.NegativeInfinity, double.PositiveInfinity);
        Answer<double>? Entry(YamlNode node) => bounds.Read(node) is { } value ? new(value) : null;
        return Items(key, Phrases.List($"lists of {Phrases.List(Phrases.Number(bounds), null)["a list of ".Length..]}", null), fallback, node => ReadItems(node, Entry) is { } row ? new(row) : null,
            row => YamlValues.Write(row.Select(YamlValues.Write)), _ => true, (path, row) => FirstWrong(path, row, Entry, Is));
    }

    /// <summary>A list of whole numbers, where a word may stand for the largest of all, such as <c>all</c> for <see cref="int.MaxValue"/>.</summary>
    public ValueList<int> IntsOr(string key, string word, ValueList<int> fallback, int min) =>
        Items(key, Phrases.List($"{word} or {Phrases.Int(min, int.MaxValue)}", null), fallback,
            node => YamlValues.Text(node) == word ? new(int.MaxValue) : YamlValues.Int(node) is { } value && value >= min ? new Answer<int>(value) : null,
            value => value == int.MaxValue ? YamlValues.Write(word) : YamlValues.Write(value), _ => true);

    /// <summary>A list of whole numbers.</summary>
    public ValueList<int> Ints(string key, ValueList<int> fallback, int min) =>
        Items(key, Phrases.List(Phrases.Int(min, int.MaxValue), null), fallback, node => YamlValues.Int(node) is { } value && value >= min ? new(value) : null, YamlValues.Write, _ => true);

    /// <summary>A list of texts.</summary>
    public ValueList<string> Texts(string key, ValueList<string> fallback) =>
        Items(key, "a list of texts", fallback, node => YamlValues.Text(node) is { Length: > 0 } value ? new(value) : null, YamlValues.Write, _ => true);

    /// <summary>A list of values of an enumeration.</summary>
    public ValueList<T> Choices<T>(string key, ValueList<T> fallback)
        where T : struct, Enum
    {
        Dictionary<string, T> values = Enum.GetValues<T>().ToDictionary(Phrases.Kebab);
        return Items(key, Phrases.List(Phrases.OneOf(values.Keys), null), fallback, node => YamlValues.Text(node) is { } name && values.TryGetValue(name, out T value) ? new(value) : null,
            value => YamlValues.Write(Phrases.Kebab(value)), _ => true);
    }

    /// <summary>A value of a type of its own, written as one word or number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="type">What the value must be, in words.</param>
    /// <param name="fallback">The value where the key is left out.</param>
    /// <param name="parse">Reads a text; false where it is not of the type.</param>
    /// <param name="format">Writes a value as <paramref name="parse"/> reads it.</param>
    public T Value<T>(string key, string type, T fallback, TryParse<T> parse, Func<T, string> format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return Ask(key, type, fallback, node => YamlValues.Text(node) is { } text && parse(text, out T value) ? new(value) : null, value => new YamlScalarNode(format(value)));
    }

    private string Required(string key, string type, Func<YamlNode, Answer<string>?> parse, Func<YamlNode, string> hint)
    {
        YamlNode? node = Take(key, type, "");
        string value = node is not null && parse(node) is { } answer ? answer.Value : "";
        if (node is null)
        {
            Fault(key, $"{Prefix}{key} is missing; {type} is needed.");
        }
        else if (value.Length == 0)
        {
            Fault(key, $"{Prefix}{key} is {YamlValues.Describe(node)}; {type} is needed.{hint(node)}");
        }
        Keep(key, YamlValues.Write(value));
        return value;
    }

    private ValueList<T> Items<T>(
        string key, string type, ValueList<T> fallback, Func<YamlNode, Answer<T>?> parse, Func<T, YamlNode> write, Func<ValueList<T>, bool> isValid, Func<string, YamlNode, string>? found = null) =>
        Ask(key, type, fallback, node => ReadItems(node, parse) is { } list && isValid(list) ? new(list) : null, list => YamlValues.Write(list.Select(write)),
            found: node => FirstWrong($"{Prefix}{key}", node, parse, found ?? Is));

    /// <summary>Names the first item of a list that is not of the kind, or the whole where it is no list or each item is right.</summary>
    private static string FirstWrong<T>(string path, YamlNode node, Func<YamlNode, Answer<T>?> parse, Func<string, YamlNode, string> tell)
    {
        YamlNode[] items = node is YamlSequenceNode sequence ? [.. sequence] : [];
        int wrong = Array.FindIndex(items, item => parse(item) is null);
        return wrong < 0 ? Is(path, node) : tell($"{path}[{wrong}]", items[wrong]);
    }

    private static string Is(string path, YamlNode node) => $"{path} is {YamlValues.Describe(node)}";

    private static ValueList<T>? ReadItems<T>(YamlNode node, Func<YamlNode, Answer<T>?> parse)
    {
        if (node is not YamlSequenceNode sequence)
        {
            return null;
        }
        Answer<T>?[] answers = [.. sequence.Select(parse)];
        return answers.Contains(null) ? null : [.. answers.Select(answer => answer!.Value)];
    }

    private static Func<YamlNode, Answer<T>?> OrNull<T>(Func<YamlNode, Answer<T>?> parse) => node => YamlValues.IsNull(node) ? new(default!) : parse(node);

    private static YamlNode WriteOr(double? value, string? word) => value is { } number ? YamlValues.Write(number) : YamlValues.Write(word);
}
