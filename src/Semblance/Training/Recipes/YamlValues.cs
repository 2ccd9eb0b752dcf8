using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Semblance.Training;

/// <summary>Single values between YAML and .NET, always in the invariant culture; reading gives null where the text is not of the kind.</summary>
internal static class YamlValues
{
    public static bool IsNull(YamlNode node) => node is YamlScalarNode scalar && IsPlain(scalar) && IsNullWord(scalar.Value);

    public static int? Int(YamlNode node) =>
        node is YamlScalarNode scalar && IsPlain(scalar) && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    public static double? Number(YamlNode node) =>
        node is YamlScalarNode scalar && IsPlain(scalar) && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : null;

    public static bool? Flag(YamlNode node) => node is YamlScalarNode scalar && IsPlain(scalar) ? scalar.Value switch { "true" => true, "false" => false, _ => null } : null;

    public static string? Text(YamlNode node) => node is YamlScalarNode scalar && !IsNull(node) ? scalar.Value : null;

    public static YamlNode Write(int value) => Plain(value.ToString(CultureInfo.InvariantCulture));

    public static YamlNode Write(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        // YAML 1.1 readers take 1e-05 for a text: a number with an exponent needs a point there.
        int exponent = text.IndexOf('e', StringComparison.Ordinal);
        return Plain(exponent > 0 && !text.Contains('.', StringComparison.Ordinal) ? text.Insert(exponent, ".0") : text);
    }

    public static YamlNode Write(bool value) => Plain(value ? "true" : "false");

    public static YamlNode Null => Plain("null");

    public static YamlNode Write(string? value)
    {
        if (value is null)
        {
            return Null;
        }
        YamlScalarNode plain = new(value) { Style = ScalarStyle.Any };
        bool looksOtherwise = IsNullWord(value) || Number(plain) is not null || Flag(plain) is not null || value.Any(char.IsControl);
        plain.Style = looksOtherwise ? ScalarStyle.DoubleQuoted : ScalarStyle.Any;
        return plain;
    }

    public static YamlNode Write(IEnumerable<YamlNode> values) => new YamlSequenceNode(values) { Style = SequenceStyle.Flow };

    /// <summary>A value as a fault's sentence names it.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a group of keys",
        YamlScalarNode scalar when IsNull(scalar) => "empty",
        YamlScalarNode { Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted } scalar => $"the quoted text \"{scalar.Value}\"",
        _ => $"\"{((YamlScalarNode)node).Value}\"",
    };

    /// <summary>A tree as text; a flow list stays on one line, however long.</summary>
    public static string ToText(YamlNode root)
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Emitter emitter = new(writer, new EmitterSettings(2, int.MaxValue, false, 1024, true));
        new YamlStream(new YamlDocument(root)).Save(emitter, assignAnchors: false);
        string text = writer.ToString();
        const string EndOfDocument = "...\n";
        return text.EndsWith(EndOfDocument, StringComparison.Ordinal) ? text[..^EndOfDocument.Length] : text;
    }

    /// <summary>A value on one line, as <c>--set</c> takes it.</summary>
    public static string ToLine(YamlNode node)
    {
        foreach (YamlNode part in node.AllNodes)
        {
            switch (part)
            {
                case YamlMappingNode mapping:
                    mapping.Style = MappingStyle.Flow;
                    break;
                case YamlSequenceNode sequence:
                    sequence.Style = SequenceStyle.Flow;
                    break;
            }
        }
        return ToText(node).TrimEnd('\n');
    }

    private static YamlScalarNode Plain(string text) => new(text) { Style = ScalarStyle.Plain };

    private static bool IsPlain(YamlScalarNode scalar) => scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;

    private static bool IsNullWord(string? text) => text is null or "" or "~" or "null" or "Null" or "NULL";
}
