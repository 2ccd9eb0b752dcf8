using System.Globalization;
using Semblance.Training.Results;

namespace Semblance.Tests.Training;

/// <summary>Folders like those of finished runs, written by hand: a recipe, scores and details.</summary>
internal sealed class KeptRuns : IDisposable
{
    public const string Protocol = "query=photos:48/db=photos:480/rel=same-class/cut=all,over-relevant-in-top/ties=expected/zero=counts-0";

    private readonly TemporaryFolder folder = new();

    public string Root => folder.Path;

    /// <summary>A hash run whose mAP is given; precision at 10 is twice as much.</summary>
    public string Hash(string name, int bits, int seed, double map, string? folderName = null, string protocol = Protocol, string extra = "optimizer: { kind: adam, lr: 0.01 }", string loss = "hhf", bool details = true)
    {
        string recipe = string.Create(CultureInfo.InvariantCulture, $$"""
            name: {{name}}
            seed: {{seed}}
            threads: {{seed + 1}}
            data: { path: 'somewhere/{{seed}}' }
            model: { head: hash, bits: {{bits}} }
            objective: [{ loss: {{loss}} }]
            {{extra}}

            """);
        string at10 = protocol.Replace("cut=all,over-relevant-in-top", "cut=top-10", StringComparison.Ordinal);
        NamedScore[] scores =
        [
            new("mAP", map, protocol),
            new("mAP", map - 0.02, protocol.Replace("=expected", "=pessimistic", StringComparison.Ordinal)),
            new("mAP", map + 0.03, protocol.Replace("=expected", "=optimistic", StringComparison.Ordinal)),
            new("precision@10", Math.Min(1, 2 * map), at10),
            new("Recall@1", map, at10 + "/k=1"),
        ];
        ModelScores[] models =
        [
            new(name, false, scores, 48),
            new("ITQ of pixels", true, [new("mAP", 0.25 + (bits / 1000.0), protocol), new("mAP", 0.2, protocol.Replace("=expected", "=pessimistic", StringComparison.Ordinal))], 48),
        ];
        return Write(folderName ?? string.Create(CultureInfo.InvariantCulture, $"{name}-{bits}-{seed}"), recipe, models, details ? Details(name, bits, map) : null);
    }

    /// <summary>A run of embeddings.</summary>
    public string Embedding(string name, int seed, double recall)
    {
        string recipe = string.Create(CultureInfo.InvariantCulture, $"name: {name}\nseed: {seed}\nmodel: {{ head: embedding, dim: 32 }}\nobjective: [{{ loss: triplet }}]\n");
        string At(int k) => $"query=cars:10/db=all-others/rel=same-class/cut=top-{k}/ties=optimistic/zero=counts-0";
        NamedScore[] scores = [new("Recall@1", recall, At(1)), new("Recall@2", recall + 0.1, At(2)), new("mAP", 0.3, "query=cars:10/db=all-others/rel=same-class/cut=all/ties=index-order/zero=dropped")];
        return Write($"{name}-{seed}", recipe, [new(name, false, scores, 10)], null);
    }

    public string File(string name) => folder.File(name);

    public string Write(string name, string recipe, ModelScores[]? models, RunDetails? details)
    {
        string run = folder.File(name);
        Directory.CreateDirectory(run);
        System.IO.File.WriteAllText(Path.Combine(run, "recipe.yaml"), recipe);
        if (models is not null)
        {
            string json = System.Text.Json.JsonSerializer.Serialize(models, ScoresJson.Default.ModelScoresArray);
            System.IO.File.WriteAllText(Path.Combine(run, "scores.json"), json);
        }
        if (details is not null)
        {
            DetailsFile.Write(Path.Combine(run, "details.json"), details);
        }
        return run;
    }

    public void Dispose() => folder.Dispose();

    private static RunDetails Details(string name, int bits, double map)
    {
        double[] radii = [.. Enumerable.Range(0, bits + 1).Select(radius => (double)radius)];
        NamedCurve Curve(string curve, string protocol, params (string Name, double[] Values)[] columns) => new(curve, protocol, columns.ToDictionary(column => column.Name, column => column.Values));
        string picture = Convert.ToBase64String(Reports.TinyPng.Encode(8, 8, (_, _) => (200, 60, 60)));
        ShownHit[] hits = [.. Enumerable.Range(0, 4).Select(rank => new ShownHit($"d/{rank}.png", rank % 2 == 0 ? "mug" : "car", picture, rank, rank % 2 == 0))];
        Dictionary<string, double> statistics = new() { ["imbalance"] = 0.1, ["dead bits"] = 2, ["empty balls, radius 2"] = 0.5, ["what comes later"] = 1.5 };
        ModelDetails model = new(name, false, bits, statistics,
        [
            Curve(CurveNames.ByRadius, "by-radius", ("radius", radii), ("precision", [.. radii.Select(radius => map)]), ("recall", [.. radii.Select(radius => radius / bits)])),
            Curve(CurveNames.PrecisionAt, "top-N", ("n", [1, 10, 100]), ("precision", [map + 0.1, map, map / 2])),
            Curve(CurveNames.Distances, "", ("distance", radii), ("relevant", [.. radii.Select(radius => bits - radius)]), ("irrelevant", radii)),
            Curve(CurveNames.Bits, "", ("bit", [.. radii.Take(bits)]), ("ones", [.. radii.Take(bits).Select(bit => bit / bits)])),
            Curve("of a later version", "", ("odd", [1]), ("length", [1, 2])),
        ]);
        return new RunDetails(DetailsFile.Version, [model], new GalleryDetails("Hamming distance", [new ShownQuery("q/1.png", "mug", picture, hits), new ShownQuery("q/2.png", "car", null, hits)]));
    }
}
