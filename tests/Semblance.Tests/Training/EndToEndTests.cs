using Semblance.Data;
using Semblance.Data.Drawn;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index.Files;
using Semblance.Models;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>The whole way in one process: draw, train, evaluate, report, encode, search.</summary>
public sealed class EndToEndTests
{
    [Fact]
    public void A_tiny_model_learns_the_drawn_objects_and_finds_images_again()
    {
        using TemporaryFolder folder = new();
        DrawnSet.Write(folder.File("drawn"), new DrawnOptions { Seed = 3, ImagesPerClass = 40, Size = 24 });
        string manifest = SixClasses(folder.File("drawn"));
        string text = $$"""
            name: end to end
            seed: 1
            threads: 2
            data:
              path: '{{manifest}}'
              protocol: per-class
              per-class: { query: 8 }
              size: 24
              mean: [0.5, 0.5, 0.5]
              std: [0.25, 0.25, 0.25]
              augment: { flip: true }
            model: { backbone: convnet, head: hash, bits: 32 }
            objective: [{ loss: hhf }]
            sampler: { kind: shuffle, batch: 32, drop-last: true }
            optimizer: { kind: adamw, lr: 0.003, groups: [{ match: hhf., lr: 0.03 }] }
            schedule: { kind: cosine, warmup: 10 }
            steps: 150
            validate: { every: 50 }
            evaluation: { recall-at: [1, 5], baselines: [random-projection, itq] }
            """;
        File.WriteAllText(folder.File("recipe.yaml"), text);
        Recipe recipe = Recipe.Load(folder.File("recipe.yaml"), TrainingRun.Catalogue);
        RunResults results = TrainingRun.Run(recipe, folder.File("run"), false, new Heard());

        double Value(int model, string name) => results.Models[model].Headlines().Single(score => score.Name == name).Value;
        const double Chance = 1.0 / 6;
        Assert.Equal(3, results.Models.Count);
        string scores = string.Join("; ", results.Models.Select((model, k) => $"{model.Name} {Value(k, "Recall@1"):0.000} {Value(k, "mAP"):0.000}"));
        Assert.True(Value(0, "Recall@1") > 2 * Chance, scores);
        Assert.True(Value(0, "mAP") > Value(1, "mAP") + 0.15 && Value(0, "mAP") > Value(2, "mAP") + 0.1, scores);
        Assert.All(results.Models.SelectMany(model => model.Scores), score => Assert.Contains("query=", score.ProtocolId, StringComparison.Ordinal));
        Assert.Equal(Value(0, "mAP"), ScoresFile.Read(folder.File("run/scores.json"))[0].Scores.First(score => score.Name == "mAP").Value);

        string page = File.ReadAllText(folder.File("run/report.html"));
        Assert.Contains("end to end", page, StringComparison.Ordinal);
        Assert.Contains("Worst", page, StringComparison.Ordinal);
        Assert.Contains("data:image/jpeg;base64,", page, StringComparison.Ordinal);

        SearchFindsItself(recipe, folder, manifest);
    }

    private static void SearchFindsItself(Recipe recipe, TemporaryFolder folder, string manifest)
    {
        using RunFolder run = RunFolder.Open(folder.File("run"));
        using Model model = TrainingRun.LoadModel(run, recipe);
        Dataset all = DatasetSource.Open(manifest);
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = 2 });
        EncodedFile.Write(folder.File("codes"), encoder, all, RowKind.Code, new EncodedNote(recipe.Name, EncodedNote.FingerprintOf(run.ModelFile), "", all.ClassNames));
        EncodedCollection collection = EncodedCollection.Open(folder.File("codes"));
        int[] asked = [0, 77, 200];
        FoundRow[][] found = collection.Nearest(encoder.EncodeAll(all.Subset(asked, "asked")), all.Count);
        for (int query = 0; query < asked.Length; query++)
        {
            Assert.Equal(0, found[query].Single(hit => collection.Items[hit.Row].Id == all.Items[asked[query]].Id).Distance);
            Assert.Equal(all.Count, found[query].Length);
        }
    }

    /// <summary>A table of six of the classes, so that a training of seconds suffices.</summary>
    private static string SixClasses(string folder)
    {
        string[] lines = File.ReadAllLines(Path.Combine(folder, DrawnSet.ManifestName));
        string[] kept = [.. lines.Skip(1).Select(line => line.Split(',')[1]).Distinct().Where((_, k) => k % 4 == 0)];
        string path = Path.Combine(folder, "six.csv");
        File.WriteAllLines(path, ["path,label", .. lines.Skip(1).Select(line => line.Split(',')).Where(cells => kept.Contains(cells[1])).Select(cells => $"{cells[0]},{cells[1]}")]);
        return path;
    }
}
