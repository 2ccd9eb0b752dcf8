using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Reports;
using Semblance.Tensors.Images;

namespace Semblance.Training.Results;

/// <summary>Chooses queries to show and finds their nearest images.</summary>
/// <param name="results">What was measured.</param>
public sealed class GalleryBuilder(RunResults results)
{
    private const int QueriesEach = 6;
    private const int Hits = 8;
    private const int ThumbnailSide = 72;
    private readonly Dictionary<(Dataset, int), Thumbnail?> thumbnails = [];

    /// <summary>The best, the most typical and the worst queries by the share of right images among the nearest, with those images.</summary>
    public Gallery Build()
    {
        int[][] nearest = Nearest(out double[][] distances);
        double[] shares = [.. nearest.Select((rows, query) => rows.Length == 0 ? 0 : rows.Count(row => IsRight(query, row)) / (double)rows.Length)];
        string[] labels = [.. Enumerable.Range(0, results.Query.Items.Count).Select(query => LabelOf(results.Query, query))];
        (int[] best, int[] typical, int[] worst) = GalleryChoice.BestTypicalWorst(shares, labels, QueriesEach);
        GalleryGroup Group(string title, int[] queries) => new(title, [.. queries.Select(query => Show(query, nearest[query], distances[query], shares[query]))]);
        bool codes = results.Models[0].Codes is not null;
        return new Gallery([Group("Best", best), Group("Typical", typical), Group("Worst", worst)], codes ? "Hamming distance" : "cosine distance");
    }

    private GalleryQuery Show(int query, int[] rows, double[] distances, double share) =>
        new(ThumbnailOf(results.Query, query), LabelOf(results.Query, query), [.. rows.Select((row, rank) => new GalleryHit(ThumbnailOf(results.Database, row), LabelOf(results.Database, row), distances[rank], IsRight(query, row)))])
        {
            Score = ($"precision@{Hits}", share),
        };

    private int[][] Nearest(out double[][] distances)
    {
        int more = results.LeaveOneOut ? 1 : 0;
        if (results.Models[0].Codes is { } codes)
        {
            Neighbour[][] found = new HammingIndex(codes.Database.Codes).Nearest(codes.Query.Codes, Hits + more);
            Neighbour[][] others = [.. found.Select((list, query) => list.Where(hit => more == 0 || hit.Row != query).Take(Hits).ToArray())];
            distances = [.. others.Select(list => list.Select(hit => (double)hit.Distance).ToArray())];
            return [.. others.Select(list => list.Select(hit => hit.Row).ToArray())];
        }
        (int Row, double Distance)[][] ranked = CosineSearch.Nearest(results.Query.Encoded, results.Database.Encoded, Hits, skipSame: results.LeaveOneOut);
        distances = [.. ranked.Select(list => list.Select(hit => hit.Distance).ToArray())];
        return [.. ranked.Select(list => list.Select(hit => hit.Row).ToArray())];
    }

    private bool IsRight(int query, int row) => results.Query.Items.Labels[query].Intersect(results.Database.Items.Labels[row]).Any();

    private static string LabelOf(Side side, int row)
    {
        string[] names = [.. side.Items.Labels[row].Select(label => side.Data.ClassNames[label])];
        return names.Length == 0 ? "no label" : string.Join(", ", names);
    }

    private Thumbnail? ThumbnailOf(Side side, int row)
    {
        (Dataset, int) key = (side.Data, side.Encoded.Indices[row]);
        if (!thumbnails.TryGetValue(key, out Thumbnail? made))
        {
            made = side.Data.TryDecode(key.Item2, out RgbImage? image, out _) ? new Thumbnail(ImageCodec.Encode(Shrink(image), ImageFormat.Jpeg, 82)) : null;
            thumbnails[key] = made;
        }
        return made;
    }

    private static RgbImage Shrink(RgbImage image)
    {
        int side = Math.Min(ThumbnailSide, Math.Min(image.Width, image.Height));
        ImageView view = new ImageTransform { Size = side, Resize = side }.CentreView(image.Width, image.Height);
        return ImageCodec.Render(image, view);
    }
}
