using System.Text;
using System.Text.Json;

namespace Semblance.Index;

/// <summary>An item of a <see cref="LiveIndex"/>: its id, its code, and what is kept with it.</summary>
public sealed class Item
{
    /// <summary>The most tags of an item.</summary>
    public const int MaxTags = 65_535;

    /// <summary>The longest tag, in bytes of UTF-8.</summary>
    public const int MaxTagBytes = 1024;

    /// <summary>The longest payload, in bytes of UTF-8.</summary>
    public const int MaxPayloadBytes = 16 << 20;

    /// <summary>Makes an item; the code is copied.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="code">Words of its code, unused bits zero.</param>
    /// <param name="tags">Words to filter by; a repeated one counts once. Null for none.</param>
    /// <param name="payload">JSON text to keep with it, or null.</param>
    /// <exception cref="ArgumentException">A tag is empty or too long, or the payload is not JSON.</exception>
    public Item(ItemId id, ReadOnlyMemory<ulong> code, IEnumerable<string>? tags = null, string? payload = null)
        : this(id, code.ToArray(), Checked(tags), payload is null ? null : CheckedJson(payload))
    {
    }

    /// <summary>Wraps parts that are known to be right.</summary>
    internal Item(ItemId id, ulong[] words, string[] tags, byte[]? json)
    {
        (Id, Words, TagArray, Json) = (id, words, tags, json);
    }

    /// <summary>Its id.</summary>
    public ItemId Id { get; }

    /// <summary>Words of its code.</summary>
    public ReadOnlyMemory<ulong> Code => Words;

    /// <summary>Its tags, each once, in ordinal order.</summary>
    public IReadOnlyList<string> Tags => TagArray;

    /// <summary>JSON text kept with it, or null.</summary>
    public string? Payload => Json is null ? null : Encoding.UTF8.GetString(Json);

    internal ulong[] Words { get; }

    internal string[] TagArray { get; }

    internal byte[]? Json { get; }

    private static string[] Checked(IEnumerable<string>? tags)
    {
        if (tags is null)
        {
            return [];
        }

        string[] distinct = [.. new SortedSet<string>(tags, StringComparer.Ordinal)];
        foreach (string tag in distinct)
        {
            if (string.IsNullOrEmpty(tag) || ItemId.Utf8Length(tag, "a tag") > MaxTagBytes)
            {
                throw new ArgumentException($"a tag is empty or takes more than {MaxTagBytes} bytes of UTF-8. Leave it out or shorten it.", nameof(tags));
            }
        }

        return distinct.Length <= MaxTags ? distinct : throw new ArgumentException($"the item has {distinct.Length} tags; it may have {MaxTags}. Put the rest into the payload.", nameof(tags));
    }

    private static byte[] CheckedJson(string payload)
    {
        int length = ItemId.Utf8Length(payload, "the payload");
        if (length > MaxPayloadBytes)
        {
            throw new ArgumentException($"the payload takes {length} bytes of UTF-8; it may take {MaxPayloadBytes}. Keep large data elsewhere and its place here.", nameof(payload));
        }

        byte[] bytes = ItemId.StrictUtf8.GetBytes(payload);
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
            }
        }
        catch (JsonException fault)
        {
            throw new ArgumentException($"the payload is not JSON: {fault.Message} Give JSON text, for a plain text in quotation marks.", nameof(payload), fault);
        }

        return bytes;
    }
}
