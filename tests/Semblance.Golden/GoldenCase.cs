using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Semblance.Golden;

/// <summary>One conformance case: inputs, parameters, and what must come out.</summary>
/// <remarks>A missing or mistyped field is an <see cref="InvalidDataException"/> that names the field.</remarks>
public sealed partial class GoldenCase
{
    private static readonly string[] SubjectKeys = ["loss", "algorithm", "metric", "kind"];
    private readonly JsonElement _root;

    private GoldenCase(string name, JsonElement root)
    {
        Name = name;
        _root = root;
        Subject = SubjectKeys.Select(key => Child(root, key)).FirstOrDefault(value => value.ValueKind == JsonValueKind.String) is { ValueKind: JsonValueKind.String } subject
            ? subject.GetString()!
            : throw new InvalidDataException($"none of {string.Join(", ", SubjectKeys)} names its subject.");
    }

    /// <summary>The file's name without its extension.</summary>
    public string Name { get; }

    /// <summary>What the case is about, such as <c>multi_similarity</c>.</summary>
    public string Subject { get; }

    /// <summary>What must come out.</summary>
    public JsonElement Expected => Child(_root, "expected");

    /// <summary>Whether a clear error is the right answer.</summary>
    public bool ExpectsError => Child(Expected, "error").ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False);

    /// <summary>Relative tolerance.</summary>
    public double Rtol => ToNumber(Child(_root, "rtol"), "rtol", 0);

    /// <summary>Absolute tolerance.</summary>
    public double Atol => ToNumber(Child(_root, "atol"), "atol", 0);

    /// <summary>Whether the loss normalises its inputs itself.</summary>
    public bool Normalizes => Child(_root, "normalizes").ValueKind == JsonValueKind.True;

    /// <summary>Rows of gradients that must only be finite.</summary>
    public IReadOnlySet<int> GradIgnoreRows => Child(_root, "grad_ignore_rows") is { ValueKind: JsonValueKind.Array } rows
        ? rows.EnumerateArray().Select(row => row.GetInt32()).ToHashSet()
        : new HashSet<int>();

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not a golden case.</exception>
    public static GoldenCase Read(string path)
    {
        try
        {
            return Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"it is not JSON: {fault.Message}", fault);
        }
    }

    /// <summary>Reads a case from text; the numbers NaN, Infinity and -Infinity may stand in it as other programs write them, which JSON itself does not have.</summary>
    public static GoldenCase Parse(string name, string json)
    {
        using JsonDocument document = JsonDocument.Parse(TextsAndNotFinite().Replace(json, found => found.Value[0] == '"' ? found.Value : $"\"{found.Value}\""));
        return new GoldenCase(name, document.RootElement.Clone());
    }

    /// <summary>Text beside the parameters, such as <c>weight_layout</c>; null where it is missing.</summary>
    public string? Note(string key) => Child(_root, key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>Whether a parameter is given and not null.</summary>
    public bool Has(string parameter) => Parameter(parameter).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A number among the parameters.</summary>
    public double Number(string parameter) => ToNumber(Parameter(parameter), parameter, null);

    /// <summary>A number among the parameters, or a default where it is missing.</summary>
    public double Number(string parameter, double missing) => ToNumber(Parameter(parameter), parameter, missing);

    /// <summary>A whole number among the parameters.</summary>
    public int Integer(string parameter) => (int)Number(parameter);

    /// <summary>A whole number among the parameters, or a default where it is missing.</summary>
    public int Integer(string parameter, int missing) => (int)Number(parameter, missing);

    /// <summary>A switch among the parameters, or a default where it is missing.</summary>
    public bool Flag(string parameter, bool missing = false) => Has(parameter) ? Parameter(parameter).ValueKind == JsonValueKind.True : missing;

    /// <summary>Text among the parameters, or a default where it is missing.</summary>
    public string Text(string parameter, string missing = "") => Parameter(parameter) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : missing;

    /// <summary>A list of numbers among the parameters; empty where it is missing.</summary>
    public double[] Numbers(string parameter) => Parameter(parameter) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(value => ToNumber(value, parameter, null))]
        : [];

    /// <summary>Whether an input is given.</summary>
    public bool HasInput(string input) => Child(Child(_root, "inputs"), input).ValueKind == JsonValueKind.Object;

    /// <summary>An input tensor.</summary>
    public GoldenTensor Input(string input) => HasInput(input)
        ? ToTensor(Child(Child(_root, "inputs"), input), input)
        : throw new InvalidDataException($"the input '{input}' is missing.");

    /// <summary>Whether a JSON value is a tensor.</summary>
    internal static bool IsTensor(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("shape", out _) && value.TryGetProperty("data", out _);

    /// <summary>A tensor from JSON.</summary>
    internal static GoldenTensor ToTensor(JsonElement value, string name)
    {
        if (!IsTensor(value))
        {
            throw new InvalidDataException($"'{name}' is not a tensor with shape and data.");
        }

        int[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        double[] data = [.. value.GetProperty("data").EnumerateArray().Select(element => ToNumber(element, name, null))];
        return data.Length == shape.Aggregate(1, (product, length) => product * length)
            ? new GoldenTensor(shape, data)
            : throw new InvalidDataException($"'{name}' has {data.Length} elements for the shape ({string.Join(", ", shape)}).");
    }

    /// <summary>A number from JSON: also true and false, and null for not-a-number.</summary>
    internal static double ToNumber(JsonElement value, string name, double? missing) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        JsonValueKind.Undefined or JsonValueKind.Null when missing is { } number => number,
        _ => throw new InvalidDataException($"'{name}' is {(value.ValueKind == JsonValueKind.Undefined ? "missing" : $"{value}")}; a number is needed."),
    };

    private JsonElement Parameter(string name) => Child(Child(_root, "params"), name);

    private static JsonElement Child(JsonElement parent, string key) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out JsonElement child) ? child : default;

    /// <summary>Texts, so that nothing is found within them; or a number that JSON does not have.</summary>
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b
        """)]
    private static partial Regex TextsAndNotFinite();
}
