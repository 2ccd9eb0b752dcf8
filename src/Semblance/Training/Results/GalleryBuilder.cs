using System.Globalization;
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
    private const int SampledQueries = 6;
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
        return new Gallery([Group("Best", best), Group("Typical", typical), Group("Worst", worst)], DistanceName);
    }

    /// <summary>Some queries with their nearest images, evenly spread over the query set: of the same set the same ones for every model.</summary>
    public GalleryDetails? Sample()
    {
        int count = results.Query.Items.Count;
        if (count == 0)
        {
            return null;
        }
        int[] chosen = [.. Enumerable.Range(0, SampledQueries).Select(k => (int)(((2L * k) + 1) * count / (2 * SampledQueries))).Distinct()];
        return new GalleryDetails(DistanceName, [.. chosen.Select(query => new ShownQuery(
            IdOf(results.Query, query),
            LabelOf(results.Query, query),
            ThumbnailOf(results.Query, query)?.Base64,
            [.. Nearest(query).Select(hit => new ShownHit(IdOf(results.Database, hit.Row), LabelOf(results.Database, hit.Row), ThumbnailOf(results.Database, hit.Row)?.Base64, hit.Distance, IsRight(query, hit.Row)))]))]);
    }

    /// <summary>The nearest rows of one query, which does not find itself.</summary>
    private IEnumerable<(int Row, double Distance)> Nearest(int query)
    {
        int more = results.LeaveOneOut ? 1 : 0;
        IEnumerable<(int Row, double Distance)> found = results.Models[0].Codes is { } codes
            ? new HammingIndex(codes.Database.Codes).Nearest(codes.Query.Codes[query], Hits + more).Select(hit => (hit.Row, (double)hit.Distance))
            : CosineSearch.Nearest(RowOf(results.Query.Encoded, query), results.Database.Encoded, Hits + more)[0];
        return found.Where(hit => more == 0 || hit.Row != query).Take(Hits);
    }

    private static EncodedSet RowOf(EncodedSet set, int row) => new(set.Rows[(row * set.Width)..((row + 1) * set.Width)], set.Width, [set.Indices[row]], []);

    private string DistanceName => results.Models[0].Codes is null ? "cosine distance" : "Hamming distance";

    private static string IdOf(Side side, int row) => side.Items.Ids?[row] ?? row.ToString(CultureInfo.InvariantCulture);

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
