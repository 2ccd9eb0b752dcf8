using System.Globalization;
using Semblance.Reports;

namespace Semblance.Deduplication;

/// <summary>What the page of a search for near-duplicates shows.</summary>
internal static class DuplicatesPage
{
    private const int MostPictures = 1_200;
    private const int MostOfGroup = 16;
    private const int ThumbnailSide = 144;

    /// <summary>The page of a result; large results are shown in part, and the page says so.</summary>
    public static DuplicatesReport Of(DeduplicationResult result)
    {
        List<DuplicatesGroup> shown = [];
        int pictures = 0;
        foreach (DuplicateImages group in result.Groups)
        {
            if (pictures >= MostPictures)
            {
                break;
            }
            DuplicateImage[] images = [.. group.Images.Take(MostOfGroup)];
            DuplicatesImage[] cards = [.. images.AsParallel().AsOrdered().Select(Card)];
            shown.Add(new DuplicatesGroup(cards[0], group.Why, cards[1..], group.Images.Count - images.Length));
            pictures += images.Length;
        }
        return new DuplicatesReport
        {
            Title = $"Near-duplicates in {NameOf(result.Source)}",
            Summary = SummaryOf(result),
            Figures = [("images", Number(result.Images)), ("groups", Number(result.Groups.Count)), ("could go", Number(result.Spare)), .. result.SpareBytes > 0 ? new[] { ("would be freed", Size(result.SpareBytes)) } : []],
            Groups = shown,
            GroupsNotShown = result.Groups.Count - shown.Count,
            Skipped = result.Skipped,
            Facts =
            [
                ("Looked through", result.Source),
                ("Codes", $"{result.Bits} bits, by {result.CodedBy}"),
                ("Near-duplicates", $"codes that differ in at most {result.Radius} bits; images that hang together by such pairs are one group"),
                ("Kept", result.Keep.ToString().ToLowerInvariant()),
                ("Encoded now", Number(result.Encoded)),
            ],
        };
    }

    /// <summary>The result in two sentences.</summary>
    public static string SummaryOf(DeduplicationResult result) => result.Groups.Count == 0
        ? $"No two of {Number(result.Images)} images are nearly the same. Nothing was deleted."
        : $"{Number(result.Groups.Sum(group => group.Images.Count))} of {Number(result.Images)} images are in {Number(result.Groups.Count)} {(result.Groups.Count == 1 ? "group" : "groups")} of near-duplicates; {Number(result.Spare)} of them could go{(result.SpareBytes > 0 ? $", {Size(result.SpareBytes)}" : "")}. Nothing was deleted.";

    private static DuplicatesImage Card(DuplicateImage image)
    {
        List<string> lines = [];
        if (!image.Keep)
        {
            lines.Add(image.SameFile ? "the same file" : image.Distance == 0 ? "the same code" : image.Distance == 1 ? "1 bit away" : $"{Number(image.Distance)} bits away");
        }
        if (image.Facts is { } facts)
        {
            lines.Add($"{facts.Width} × {facts.Height}, {Size(facts.Bytes)}");
            lines.Add(facts.Modified.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }
        return new DuplicatesImage(image.Path is { } path ? ImageFacts.ThumbnailOf(path, ThumbnailSide) : null, image.Id, lines);
    }

    private static string NameOf(string source) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)));

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };
}
