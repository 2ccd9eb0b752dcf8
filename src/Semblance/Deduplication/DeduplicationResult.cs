using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.IO;
using Semblance.Reports;

namespace Semblance.Deduplication;

/// <summary>What a search for near-duplicates found.</summary>
public sealed record DeduplicationResult
{
    /// <summary>The table.</summary>
    public const string TableName = "duplicates.csv";

    /// <summary>The same and how it was found, as JSON.</summary>
    public const string JsonName = "duplicates.json";

    /// <summary>The page.</summary>
    public const string PageName = "duplicates.html";

    /// <summary>The result in one or two sentences.</summary>
    public string Summary => DuplicatesPage.SummaryOf(this);

    /// <summary>The folder, file or index that was looked through.</summary>
    public required string Source { get; init; }

    /// <summary>What made the codes.</summary>
    public required string CodedBy { get; init; }

    /// <summary>Bits of a code.</summary>
    public required int Bits { get; init; }

    /// <summary>The largest distance of two near-duplicates.</summary>
    public required int Radius { get; init; }

    /// <summary>Which image of a group is kept.</summary>
    public required KeepRule Keep { get; init; }

    /// <summary>Images that were compared.</summary>
    public required int Images { get; init; }

    /// <summary>Images that were encoded now; the codes of the others were known.</summary>
    public required int Encoded { get; init; }

    /// <summary>Images that are not the kept ones of their groups.</summary>
    public int Spare => Groups.Sum(group => group.Images.Count - 1);

    /// <summary>Length of their files, as far as it is known.</summary>
    public long SpareBytes => Groups.Sum(group => group.SpareBytes);

    /// <summary>Images that could not be read, each in a sentence.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>The groups, those with most images first.</summary>
    public required IReadOnlyList<DuplicateImages> Groups { get; init; }

    /// <summary>Writes table, JSON and page into a folder. Nothing else is touched.</summary>
    /// <param name="folder">Made where it is missing.</param>
    /// <exception cref="SemblanceException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, TableName), ToCsv());
        AtomicFile.WriteText(Path.Combine(folder, JsonName), ToJson());
        HtmlDuplicates.Write(Path.Combine(folder, PageName), DuplicatesPage.Of(this));
    }

    /// <summary>The result as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DeduplicationJson.Default.DeduplicationResult);

    /// <summary>The groups as a table, an image a line.</summary>
    public string ToCsv()
    {
        StringBuilder text = new("group,keep,id,distance,same-file,width,height,bytes,modified\n");
        for (int group = 0; group < Groups.Count; group++)
        {
            foreach (DuplicateImage image in Groups[group].Images)
            {
                string facts = image.Facts is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.Width},{known.Height},{known.Bytes},{known.Modified:yyyy-MM-ddTHH:mm:ssZ}") : ",,,";
                text.Append(CultureInfo.InvariantCulture, $"{group + 1},{(image.Keep ? "yes" : "no")},{Cell(image.Id)},{image.Distance},{(image.SameFile ? "yes" : "no")},{facts}\n");
            }
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DeduplicationResult))]
internal sealed partial class DeduplicationJson : JsonSerializerContext;
