using Semblance.Evaluation;
using Semblance.Reports;

namespace Semblance.Tests.Reports;

/// <summary>A report with every section, made up but of the shape and size of a real one.</summary>
internal static class SampleReport
{
    private const string Sets = "query=test/db=train/rel=same-class";
    private const string Rules = "ties=expected/zero=counts-0";

    public static RunReport Full { get; } = Make();

    /// <summary>A report of a search: a gallery and nothing else.</summary>
    public static RunReport GalleryOnly { get; } = new()
    {
        Title = "Search results",
        Gallery = new Gallery([new GalleryGroup("", [new GalleryQuery(SamplePictures.Draw(3, 1), "holiday.jpg", [new(SamplePictures.Draw(3, 2), "2019/a.jpg", 3), new(SamplePictures.Draw(4, 2), "2019/summer/a-very-long-name-of-a-picture-of-a-beach.jpg", 4), new(null, "2019/b.jpg", 5)])])]),
    };

    private static RunReport Make()
    {
        SampleCodes trained = new(20, 20, 60, 0.155, 1);
        SampleCodes itq = new(20, 20, 60, 0.30, 2);
        SampleCodes random = new(20, 20, 60, 0.36, 3);
        double[] precisions = [.. Enumerable.Range(0, trained.QueryClasses.Length).Select(trained.AveragePrecision)];
        (long[] relevant, long[] irrelevant) = trained.Histogram(Enumerable.Range(0, trained.QueryClasses.Length));
        return new RunReport
        {
            Title = "Drawn objects, 64 bits",
            Run = "runs/quickstart-2026-11-21",
            Finished = new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero),
            Scores = new ScoreTable([Row("HHF, convnet", precisions.Average(), 0.004, false), Row("ITQ on pixels", 0.227, null, true), Row("random projection", 0.118, null, true)]),
            Training = Training(),
            PrecisionRecall = new PrecisionRecall([Curve("HHF, convnet", trained), Curve("ITQ on pixels", itq), Curve("random projection", random)], $"{Sets}/cut=radius-0..64/{Rules}"),
            Classes = Classes(trained, precisions),
            Distances = new DistanceHistogram(relevant, irrelevant),
            Bits = new BitBalance(trained.BitMeans(), trained.ItemClasses.Length)
            {
                Correlation = [.. Enumerable.Range(0, SampleCodes.Bits).Select(bit => 0.05 + (0.002 * (bit % 7)))],
                Numbers = [("Different codes", 1180, "1 would be collapse."), ("Entropy of a bit, mean", 0.981, "1 is best: every bit is as often 1 as 0.")],
            },
            Gallery = GalleryOf(trained, precisions),
            Settings = Settings(),
        };
    }

    private static ScoreRow Row(string name, double map, double? spread, bool isBaseline) => new(name,
        [
            new ReportScore(new Score("mAP@all", map, $"{Sets}/cut=all,over-relevant-in-top/{Rules}"), spread),
            new ReportScore(new Score("mAP@1000", Math.Min(0.99, map * 1.01), $"{Sets}/cut=top-1000,over-relevant-in-top/{Rules}"), spread),
            new ReportScore(new Score("P@H≤2", map * 0.62, $"{Sets}/cut=radius-2/{Rules}"), spread * 2),
            new ReportScore(new Score("Recall@1", Math.Min(0.985, 0.2 + (map * 0.9)), $"{Sets}/cut=top-1/{Rules}"), spread),
            new ReportScore(new Score("Recall@5", Math.Min(0.997, 0.4 + (map * 0.9)), $"{Sets}/cut=top-5/{Rules}"), spread),
        ],
        isBaseline);

    private static TrainingCurves Training()
    {
        Random random = new(5);
        long[] steps = [.. Enumerable.Range(1, 600).Select(step => (long)step)];
        double Noise() => 1 + (0.22 * (random.NextDouble() - 0.5));
        double[] metric = [.. steps.Select(step => ((4.4 * Math.Exp(-step / 90.0)) + 0.32) * Noise())];
        double[] quantisation = [.. steps.Select(step => ((0.6 * Math.Exp(-step / 220.0)) + 0.12) * Noise())];
        double[] rates = [.. steps.Select(step => step < 40 ? 0.01 * step / 40 : 0.005 * (1 + Math.Cos(Math.PI * (step - 40) / 560)))];
        long[] checks = [.. Enumerable.Range(1, 12).Select(k => k * 50L)];
        return new TrainingCurves
        {
            Losses = [new("total", steps, [.. metric.Zip(quantisation, (a, b) => a + b)]), new("HHF", steps, metric), new("quantiser", steps, quantisation)],
            Validation = [new("mAP@all", checks, [.. checks.Select(step => 0.93 - (0.8 * Math.Exp(-step / 120.0)) - (step > 550 ? 0.004 : 0))]) { Protocol = $"query=validation/db=train/rel=same-class/cut=all,over-relevant-in-top/{Rules}" }],
            LearningRates = [new("backbone", steps, [.. rates.Select(rate => rate / 10)]), new("proxies", steps, rates)],
            KeptStep = 550,
        };
    }

    private static RadiusCurve Curve(string name, SampleCodes codes)
    {
        int queries = codes.QueryClasses.Length;
        double[] precision = new double[SampleCodes.Bits + 1];
        double[] recall = new double[SampleCodes.Bits + 1];
        for (int query = 0; query < queries; query++)
        {
            (long[] relevant, long[] irrelevant) = codes.Histogram([query]);
            (long right, long all, long total) = (0, 0, relevant.Sum());
            for (int radius = 0; radius < precision.Length; radius++)
            {
                right += relevant[radius];
                all += relevant[radius] + irrelevant[radius];
                precision[radius] += all == 0 ? 0 : (double)right / all / queries;
                recall[radius] += (double)right / total / queries;
            }
        }
        return new RadiusCurve(name, new PrecisionRecallCurve([.. Enumerable.Range(0, precision.Length)], precision, [.. recall.Select(value => Math.Min(1, value))]));
    }

    private static ClassTable Classes(SampleCodes codes, double[] precisions) => new(
        ["mAP@all", "Recall@1"],
        [$"{Sets}/cut=all,over-relevant-in-top/{Rules}", $"{Sets}/cut=top-1/{Rules}"],
        [.. SamplePictures.Classes.Select((name, kind) =>
        {
            int[] queries = [.. Enumerable.Range(0, codes.QueryClasses.Length).Where(query => codes.QueryClasses[query] == kind)];
            double first = queries.Average(query => codes.IsRight(query, codes.Ranking(query)[0].Item) ? 1.0 : 0);
            return new ClassRow(name, queries.Length, [queries.Average(query => precisions[query]), first]);
        })]);

    private static Gallery GalleryOf(SampleCodes codes, double[] precisions)
    {
        string[] labels = [.. codes.QueryClasses.Select(kind => SamplePictures.Classes[kind])];
        (int[] best, int[] typical, int[] worst) = GalleryChoice.BestTypicalWorst(precisions, labels, 4);
        GalleryGroup Group(string title, string note, int[] queries) => new(title, [.. queries.Select(query => Query(codes, precisions, query))]) { Note = note };
        return new Gallery(
            [
                Group("Best", "The highest average precision; a class is shown once where possible.", best),
                Group("Typical", "Around the median.", typical),
                Group("Worst", "The lowest average precision.", worst),
            ])
        { Protocol = $"{Sets}/cut=all,over-relevant-in-top/{Rules}" };
    }

    private static GalleryQuery Query(SampleCodes codes, double[] precisions, int query) => new(
        SamplePictures.Draw(codes.QueryClasses[query], query),
        SamplePictures.Classes[codes.QueryClasses[query]],
        [.. codes.Ranking(query).Take(10).Select(hit => new GalleryHit(
            SamplePictures.Draw(codes.ItemClasses[hit.Item], 1000 + hit.Item),
            SamplePictures.Classes[codes.ItemClasses[hit.Item]],
            hit.Distance,
            codes.IsRight(query, hit.Item)))])
    { Score = ("AP", precisions[query]) };

    private static RunSettings Settings() => new(
        [
            new("Semblance", "0.1.0"), new("libtorch", "1.13.1, OpenBLAS, 2 threads"), new("Machine", "2 cores, AVX-512"),
            new("Seed", "1"), new("Data hash", "sha256 9c4f0a51b2c77f6d0b6f1f0f8d0a9be3d3f6a3a15c0a7e0f4d5b8f3c21e7a944"), new("Training time", "2 min 41 s"),
            new("Repeat with", "semblance train --from runs/quickstart-2026-11-21/run.json"),
        ],
        """
        data:
          images: quickstart/images
          split: {train: 0.8, validation: 0.1, test: 0.1}
        model:
          backbone: convnet
          head: {kind: hash, bits: 64}
        objective:
          - {loss: hhf, alpha: 16, delta: 0.2, weight: 1}
          - {loss: quantiser, weight: 0.001}
        optimizer: {kind: adamw, rate: 0.01, weight-decay: 0.0005}
        schedule: {kind: cosine, warmup: 40, steps: 600}
        seed: 1
        """);
}
