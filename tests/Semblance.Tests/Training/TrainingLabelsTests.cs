using System.Globalization;
using Semblance.Data;
using Semblance.Data.Noise;
using Semblance.Tests.Data;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class TrainingLabelsTests : IDisposable
{
    private readonly TinyRun _run = new(each: 20);
    private readonly ImageTree _tree = new();
    private readonly Dataset _data = LabelledSet.Even(4, 60, [.. Enumerable.Range(0, 240).Select(image => image < 160 ? "train" : "query")]);

    public void Dispose()
    {
        _run.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void The_training_part_alone_gets_a_tail_and_then_noise()
    {
        DataParts before = Parts(), parts = Parts("long-tail: {factor: 10}", "noise: {kind: pair, rate: 0.5, seed: 3}");

        Assert.Equal([40, 18, 8, 4], TrueCounts(parts.Train));
        Assert.All(parts.Train.Items, item => Assert.Contains(item.Labels[0], new[] { item.TrueLabels![0], (item.TrueLabels[0] + 1) % 4 }));
        Assert.InRange(parts.Train.Items.Count(item => item.Labels[0] != item.TrueLabels![0]), 20, 50);
        Assert.Equal(before.Query.Items, parts.Query.Items);
        Assert.Equal("splits(query 80, leave-one-out, train 70, long-tail exponential 10 seed 0, noise pair 0.5 seed 3)", parts.Protocol);
        Assert.Equal("splits", parts.Rule);
    }

    [Fact]
    public void Images_that_are_held_out_have_observed_labels_and_those_searched_have_their_own()
    {
        DataParts parts = DataParts.Of(LabelledSet.Even(4, 60), Read("protocol: per-class", "per-class: {query: 10}", "validation: {kind: images, amount: 0.3}", "noise: {kind: symmetric-others, rate: 1}"));

        Assert.All(parts.Train.Items.Concat(parts.Validation!.Items), item => Assert.NotEqual(item.TrueLabels![0], item.Labels[0]));
        Assert.All(parts.Query.Items.Concat(parts.Database!.Items), item => Assert.Null(item.TrueLabels));
        // The images that train are searched as well, under their own labels.
        Dictionary<string, int> searched = parts.Database.Items.ToDictionary(item => item.Id, item => item.Labels[0]);
        Assert.All(parts.Train.Items, item => Assert.Equal(item.TrueLabels![0], searched[item.Id]));
        Assert.Equal(200, parts.Changed!.Count);
        Assert.Equal(200, parts.Train.Count + parts.Validation.Count);
    }

    [Fact]
    public void The_hash_covers_which_images_train_with_which_labels()
    {
        DataParts plain = Parts();
        string table = _tree.Write("a.csv", Table(_ => 1)), other = _tree.Write("b.csv", Table(image => image == 9 ? 2 : 1));
        string[] hashes =
        [
            plain.HashOf(_data), Parts("long-tail: {factor: 10}").HashOf(_data), Parts("long-tail: {factor: 10, seed: 1}").HashOf(_data), Parts("noise: {rate: 0.2}").HashOf(_data),
            Parts("noise: {rate: 0.2, seed: 1}").HashOf(_data), Parts($"noise: {{kind: file, file: '{table}', column: seen}}").HashOf(_data), Parts($"noise: {{kind: file, file: '{other}', column: seen}}").HashOf(_data),
        ];

        Assert.Equal(_data.ContentHash, hashes[0]);
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[1], Parts("long-tail: {factor: 10}").HashOf(_data));
        Assert.Null(plain.Changed);
    }

    [Fact]
    public void A_table_counts_the_images_of_the_training_split()
    {
        string table = _tree.Write("labels.csv", Table(image => (image / 4) % 4));
        DataParts parts = Parts($"noise: {{kind: file, file: '{table}', column: seen}}", "long-tail: {factor: 2}");

        Assert.NotEqual(160, parts.Train.Count);
        Assert.All(parts.Train.Items, item => Assert.Equal(int.Parse(item.Id["image-".Length..], CultureInfo.InvariantCulture) / 4 % 4, item.Labels[0]));
        Assert.Contains("noise file labels.csv seen", parts.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_a_training_image_is_refused()
    {
        string byId = _tree.Write("by-id.csv", "id,seen\n" + string.Concat(Enumerable.Range(0, 160).Where(image => image != 12).Select(image => $"image-{image:D5},0\n")));

        Assert.Contains("by-id.csv has no label for 1 of 160 training images, such as \"image-00012\"", Refusal($"noise: {{kind: file, file: '{byId}', column: seen}}"), StringComparison.Ordinal);
        Assert.Contains("no image in split \"nowhere\"", Refusal($"noise: {{kind: file, file: '{byId}', column: seen, split: nowhere}}"), StringComparison.Ordinal);
        Assert.Contains("labels.csv has labels for 160 images; set has 240", Assert.Throws<InvalidDataException>(
            () => DataParts.Of(LabelledSet.Even(4, 60, [.. Enumerable.Repeat("", 240)]), Read($"noise: {{kind: file, file: '{_tree.Write("labels.csv", Table(_ => 0))}', column: seen}}"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_stands_in_the_recipe_or_in_a_file()
    {
        string file = _tree.Write("matrix.csv", "0,1,0,0\n1,0,0,0\n0,0,1,0\n0,0,0,1\n");
        DataParts inline = Parts("noise: {kind: matrix, matrix: [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}"), read = Parts($"noise: {{kind: matrix, matrix-file: '{file}'}}");

        Assert.All(inline.Train.Items, item => Assert.Equal(item.TrueLabels![0] switch { 0 => 1, 1 => 0, int label => label }, item.Labels[0]));
        Assert.Equal(LabelMap.ToText(inline.Train), LabelMap.ToText(read.Train));
        Assert.Contains("The matrix has 2 rows; there are 4 classes", Refusal("noise: {kind: matrix, matrix: [[1, 0], [0, 1]]}"), StringComparison.Ordinal);
        Assert.Contains("Row 0 adds up to 0.5", Refusal("noise: {kind: matrix, matrix: [[0.5, 0], [0, 1]]}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("long-tail: {factor: 0.01}", "data.long-tail.factor is \"0.01\"; a number of at least 1 is needed")]
    [InlineData("long-tail: {profile: flat}", "exponential or step is needed")]
    [InlineData("noise: {kind: pair}", "data.noise.rate is missing")]
    [InlineData("noise: {rate: 1.5}", "a number from 0 to 1 or null is needed")]
    [InlineData("noise: {kind: matrix}", "neither matrix nor matrix-file")]
    [InlineData("noise: {kind: matrix, matrix: [[1]], matrix-file: x}", "both matrix and matrix-file")]
    [InlineData("noise: {kind: matrix, matrix: [1, 0]}", "a list of lists of numbers from 0 to 1 is needed")]
    [InlineData("noise: {kind: file, file: x.csv}", "the column of it that holds the observed labels")]
    [InlineData("noise: {kind: file, file: x.csv, column: y, seed: 1}", "data.noise.seed has no meaning here; it needs another kind than file")]
    [InlineData("noise: {rate: 0.2, file: x}", "it needs kind: file")]
    public void Settings_that_contradict_each_other_are_refused(string setting, string needed) =>
        Assert.Contains(needed, Assert.Throws<InvalidDataException>(() => Read(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_resolved_recipe_gives_the_same_noise()
    {
        string[] settings = ["data.long-tail={factor: 2.5, profile: step, most: 12, seed: 4}", "data.noise={kind: matrix, matrix: [[0.5, 0.5], [0, 1]], seed: 2}"];
        Recipe recipe = _run.Load(settings), again = Recipe.Parse(recipe.Resolve(), "again.yaml", TrainingRun.Catalogue);

        Assert.Equal((recipe.Data.LongTail, recipe.Data.Noise), (again.Data.LongTail, again.Data.Noise));
        Assert.Equal(0.5, again.Data.Noise!.Matrix[0][1]);
    }

    [Fact]
    public void Noise_by_what_images_look_like_reads_them()
    {
        DataRecipe recipe = _run.Load("data.noise={kind: instance, rate: 0.5}", "data.validation={kind: none}").Data;
        DataParts parts = DataParts.Of(_run.Open(), recipe), again = DataParts.Of(_run.Open(), recipe);

        Assert.InRange(parts.Train.Items.Count(item => item.Labels[0] != item.TrueLabels![0]), 16, 48);
        Assert.Equal(64, parts.Train.Count);
        Assert.Equal(LabelMap.ToText(parts.Train), LabelMap.ToText(again.Train));
        Assert.Contains("noise instance 0.5 seed 0", parts.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_writes_the_map_down_and_resumes_on_the_same_labels_alone()
    {
        string[] labels = ["class-0", "class-1", "class-2", "class-3"];
        string Lines(int shift) => "id,seen\n" + string.Concat(_run.Open().Items.Select((item, image) => $"{item.Id},{labels[(item.Labels[0] + (image % 5 == 0 ? shift : 0)) % 4]}\n"));
        string table = _tree.Write("seen.csv", Lines(1));
        Recipe recipe = _run.Load("data.long-tail={factor: 2}", $"data.noise={{kind: file, file: '{table}', column: seen}}", "steps=4");
        TrainingRun.Run(recipe, _run.File("run"), false, new Heard());

        string[] lines = File.ReadAllLines(Path.Combine(_run.File("run"), "labels.tsv"));
        Assert.Equal(LabelMap.Header, lines[0]);
        Assert.Equal([16, 12, 10, 8], lines.Skip(1).Select(line => line.Split('\t')[1]).GroupBy(name => name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Count()));
        Assert.Contains(lines.Skip(1), line => line.Split('\t')[1] != line.Split('\t')[2]);
        Heard evaluated = new();
        TrainingRun.Evaluate(_run.File("run"), TrainingRun.LoadRecipe(_run.File("run")), evaluated);
        Assert.DoesNotContain(evaluated.Warnings, warning => warning.Contains("data hash differs", StringComparison.Ordinal));
        _tree.Write("seen.csv", Lines(2));
        Assert.Contains("was trained on other images: the data hash was", Assert.Throws<InvalidDataException>(() => TrainingRun.Run(recipe, _run.File("run"), true, new Heard())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_with_several_labels_are_refused()
    {
        Dataset several = LabelledSet.Make([0, 1, 0, 1]).Relabel([[0, 1], [1], [0], [0, 1]], multiLabel: true);
        foreach (string change in new[] { "noise: {rate: 0.1}", "long-tail: {factor: 2}" })
        {
            Assert.Contains("several labels or none", Assert.Throws<InvalidDataException>(() => DataParts.Of(several, Read("per-class: {query: 1}", "validation: {kind: none}", change))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cifar_10N_agrees_with_cifar_10()
    {
        string folder = Shared.Folder("data/cifar10");
        DataRecipe recipe = Recipe.Parse($"data: {{source: jpgs-gz, path: '{folder}', protocol: cifar10-full, validation: {{kind: none}}, noise: {{kind: file, file: '{folder}/cifar10n.csv', column: worse_label}}}}\nmodel: {{backbone: convnet}}\nobjective: [{{loss: multi-similarity}}]\n", "n.yaml", TrainingRun.Catalogue).Data;
        DataParts parts = DataParts.Of(DataOpening.Open(recipe, 1), recipe);

        Assert.Equal("20,104 of 50,000 labels differ from the true ones (40.21 %)", LabelMap.Describe(parts.Train));
        Assert.Equal([6, 9, 9, 4], parts.Train.Items.Take(4).Select(item => item.TrueLabels![0]));
        Assert.Equal([4, 9, 0, 5], parts.Train.Items.Take(4).Select(item => item.Labels[0]));
        Assert.All(parts.Query.Items.Concat(parts.Database!.Items), item => Assert.Null(item.TrueLabels));
    }

    private DataParts Parts(params string[] lines) => DataParts.Of(_data, Read(["protocol: splits", "database: null", "validation: {kind: none}", .. lines]));

    private static string Table(Func<int, int> label) => "index,seen\n" + string.Concat(Enumerable.Range(0, 160).Select(image => $"{image},{label(image)}\n"));

    private string Refusal(string setting) => Assert.Throws<InvalidDataException>(() => Parts(setting)).Message;

    private static int[] TrueCounts(Dataset data) => [.. data.Items.GroupBy(item => item.TrueLabels![0]).OrderBy(group => group.Key).Select(group => group.Count())];

    private static DataRecipe Read(params string[] lines) => Recipe.Parse(
        $"data:\n  path: x\n{string.Concat(lines.Select(line => $"  {line}\n"))}model: {{backbone: convnet}}\nobjective: [{{loss: multi-similarity}}]\n", "tiny.yaml", TrainingRun.Catalogue).Data;
}
