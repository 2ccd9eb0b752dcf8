using System.Globalization;
using Microsoft.AspNetCore.Http;
using Semblance.Serving.Http.Messages;
using Semblance.Serving.Images;

namespace Semblance.Serving.Http;

/// <summary>Searches with images: what a request says of them, and what they find.</summary>
internal static class SearchingImages
{
    private const double Slack = 1e-3;

    /// <summary>Finds the items that are nearest to an image, or to a part of it.</summary>
    public static async Task<SearchResponse> FindAsync(SearchService service, ReadOnlyMemory<byte> image, SearchRequest request, RegionMessage? region, CancellationToken cancellation)
    {
        Searching.CheckedK(service.Options, request);
        ReadOnlyMemory<ulong> code = await service.EncodeAsync(image, Within(region), cancellation).ConfigureAwait(false);
        return await Searching.FindAsync(service, code.ToArray(), request, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>What the query of a request says, where the body is the image.</summary>
    public static ImageSearchRequest OfQuery(IQueryCollection query) => new()
    {
        K = QueryText.Whole(query, "k"),
        Radius = QueryText.Whole(query, "radius"),
        Region = query["region"].ToString() is { Length: > 0 } region ? Parsed(region) : null,
        Filter = new FilterMessage { AllTags = QueryText.Many(query, "allTag"), AnyTags = QueryText.Many(query, "anyTag"), NoTags = QueryText.Many(query, "noTag") },
        Partial = QueryText.Truth(query, "partial"),
        Approximate = QueryText.Truth(query, "approximate"),
        EfSearch = QueryText.Whole(query, "efSearch"),
    };

    private static RegionMessage Parsed(string text)
    {
        double[] numbers = [.. text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        return numbers.Length == 4 ? new RegionMessage { X = numbers[0], Y = numbers[1], Width = numbers[2], Height = numbers[3] }
            : throw new ArgumentException($"region has {numbers.Length} parts; x,y,width,height are needed, such as 0.25,0.25,0.5,0.5.");
    }

    /// <summary>The region, pulled into the image where rounded decimals reach a little over its edge.</summary>
    private static ImageRegion? Within(RegionMessage? region) => region switch
    {
        null => null,
        { X: >= 0 and < 1, Y: >= 0 and < 1, Width: > 0, Height: > 0 } when region.X + region.Width <= 1 + Slack && region.Y + region.Height <= 1 + Slack =>
            new ImageRegion(region.X, region.Y, Math.Min(region.Width, 1 - region.X), Math.Min(region.Height, 1 - region.Y)),
        _ => throw new ArgumentException("region does not lie within the image; x, y, width and height are shares of it, each from 0 to 1, and width and height above 0."),
    };
}
