using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Serving.Ingestion;

/// <summary>Which content of a file an item was made of; kept in the item's payload, so that it can never disagree with the code.</summary>
/// <remarks>The payload's member <c>file</c>: <c>{"bytes": 81472, "modified": "2026-01-31T12:00:00.0000000Z", "sha256": "..."}</c>. All other members belong to others and are kept.</remarks>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Modified">When it was changed last, UTC.</param>
/// <param name="Sha256">SHA-256 of its content, lower-case hexadecimal.</param>
public sealed record FileStamp(long Bytes, DateTime Modified, string Sha256)
{
    private const string Member = "file";

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStamp Of(FolderFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using FileStream stream = new(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        return new FileStamp(file.Bytes, file.Modified, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>The stamp in a payload; null for an item that was not made of a file.</summary>
    public static FileStamp? FromPayload(string? payload)
    {
        if (payload is null || !payload.Contains("sha256", StringComparison.Ordinal))
        {
            return null;
        }
        using JsonDocument document = JsonDocument.Parse(payload);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(Member, out JsonElement file) ? Parse(file) : null;
    }

    /// <summary>Whether a file still looks as it did: same length, same time.</summary>
    public bool Fits(FolderFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Bytes == Bytes && file.Modified == Modified;
    }

    /// <summary>A payload with this stamp and everything else that was in it.</summary>
    public string IntoPayload(string? payload)
    {
        JsonObject all = payload is not null && JsonNode.Parse(payload) is JsonObject others ? others : [];
        all[Member] = new JsonObject { ["bytes"] = Bytes, ["modified"] = Modified.ToString("O", CultureInfo.InvariantCulture), ["sha256"] = Sha256 };
        return all.ToJsonString();
    }

    private static FileStamp? Parse(JsonElement file) =>
        file.ValueKind == JsonValueKind.Object
        && file.TryGetProperty("bytes", out JsonElement bytes) && bytes.ValueKind == JsonValueKind.Number && bytes.TryGetInt64(out long length)
        && file.TryGetProperty("modified", out JsonElement modified) && modified.ValueKind == JsonValueKind.String && modified.TryGetDateTime(out DateTime time)
        && file.TryGetProperty("sha256", out JsonElement sha256) && sha256.ValueKind == JsonValueKind.String
            ? new FileStamp(length, time.ToUniversalTime(), sha256.GetString()!)
            : null;
}
