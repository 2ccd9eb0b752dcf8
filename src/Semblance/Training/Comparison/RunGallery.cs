using System.Globalization;
using Semblance.Reports;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>The same queries asked of each method of a table.</summary>
internal static class RunGallery
{
    /// <summary>A group for each query that all galleries hold, in it the nearest images by each method, at its greatest code length and least seed.</summary>
    /// <returns>Null where fewer than one run kept queries.</returns>
    public static Gallery? Of(RunTable table)
    {
        (string Method, GalleryDetails Gallery)[] shown =
        [
            .. table.Rows.Where(row => !row.IsBaseline).GroupBy(row => row.Method).Select(method => method.MaxBy(row => row.Bits ?? 0)!)
                .Select(row => (Name(row), row.Sources.Where(source => source.IsMain).Select(source => source.Run.Details?.Gallery).FirstOrDefault(gallery => gallery is not null)))
                .Where(entry => entry.Item2 is not null).Select(entry => (entry.Item1, entry.Item2!)),
        ];
        if (shown.Length == 0)
        {
            return null;
        }
        IEnumerable<ShownQuery> common = shown[0].Gallery.Queries.Where(query => shown.All(one => one.Gallery.Queries.Any(other => other.Id == query.Id)));
        return new Gallery([.. common.Select(query => new GalleryGroup(query.Label, [.. shown.Select(one => Asked(one.Method, one.Gallery.Queries.First(other => other.Id == query.Id)))]) { Note = query.Id })], shown[0].Gallery.Distance);
    }

    private static string Name(RunRow row) => string.Create(CultureInfo.InvariantCulture, $"{HtmlRunComparison.LabelOf(row, true)}{(row.Seeds.Count > 1 ? $", seed {row.Seeds[0]}" : "")}");

    private static GalleryQuery Asked(string method, ShownQuery query) => new(Picture(query.Image), method, [.. query.Hits.Select(hit => new GalleryHit(Picture(hit.Image), hit.Label, hit.Distance, hit.IsRight))]);

    private static Thumbnail? Picture(string? image)
    {
        byte[] bytes = new byte[image is null ? 0 : image.Length];
        if (image is null || !Convert.TryFromBase64String(image, bytes, out int length))
        {
            return null;
        }
        try
        {
            return new Thumbnail(bytes.AsMemory(0, length));
        }
        catch (ArgumentException)
        {
            // What is no picture is shown as none.
            return null;
        }
    }
}
