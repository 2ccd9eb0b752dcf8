using System.CommandLine;
using System.Text.Json;
using Semblance.Cli;
using Semblance.Tensors.Images;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

public sealed class CommandLineTests
{
    private static readonly Lazy<TinyRun> Shared = new(Trained);

    public static TheoryData<string> Verbs => [.. Leaves(CommandLine.Root(), "").Select(leaf => leaf.Path)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_teaches_with_examples_and_prints_its_defaults(string path)
    {
        (int code, string output, string error) = InProcess([.. path.Split(' '), "--help"]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
        Assert.Contains($"semblance {path}", output, StringComparison.Ordinal);
        Command verb = Leaves(CommandLine.Root(), "").Single(leaf => leaf.Path == path).Verb;
        Assert.All(verb.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
        foreach (Option option in verb.Options.Where(option => option.HasDefaultValue && option.ValueType != typeof(bool)))
        {
            string[] lines = output.Split('\n');
            int line = Array.FindIndex(lines, text => text.TrimStart().StartsWith(option.Name + " ", StringComparison.Ordinal));
            Assert.Contains("default", string.Concat(lines[line..Math.Min(line + 2, lines.Length)]), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_and_option_is_in_the_documentation(string path)
    {
        string page = File.ReadAllText(Repository.File("docs/command-line.md"));
        string row = page.Split('\n').Single(line => line.StartsWith($"| `{path}` |", StringComparison.Ordinal));
        Command verb = Leaves(CommandLine.Root(), "").Single(leaf => leaf.Path == path).Verb;
        Assert.All(verb.Options.Where(option => option.Name is not "--help"), option => Assert.Contains($"`{option.Name}`", row, StringComparison.Ordinal));
    }

    [Fact]
    public void A_preview_tells_who_trains_and_asks_and_draws_some_of_each()
    {
        using TinyRun run = new();
        (int code, string output, string error) = InProcess("data", "preview", run.Recipe, "--count", "3", "--out", run.File("sheet.png"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("images: per-class(query 8, database 40, train 40)", output, StringComparison.Ordinal);
        Assert.Contains("query: 8 images of 4 classes, 1 labels an image\n  class-0/", output, StringComparison.Ordinal);
        Assert.Equal(304, ImageCodec.Decode(File.ReadAllBytes(run.File("sheet.png")), "sheet.png").Width);
        Assert.Equal(2, InProcess("data", "preview", run.Recipe, "--count", "0").Item1);
    }

    [Fact]
    public void A_preview_tells_how_many_images_have_no_label()
    {
        using TemporaryFolder folder = new();
        string recipe = folder.File("recipe.yaml");
        File.WriteAllText(recipe,
            $$"""
            data: {path: '{{Tests.Shared.Folder("data/coco256")}}', protocol: per-class, per-class: {query: 1}, validation: {kind: none}, size: 32}
            model: {backbone: convnet_slim, head: hash, bits: 16}
            objective: [{loss: hhf}]
            """);
        (int code, string output, _) = InProcess("data", "preview", recipe, "--out", folder.File("sheet.png"));
        Assert.Equal(0, code);
        Assert.Matches("database: [0-9]+ images of [0-9]+ classes, [0-9.]+ labels an image; 2 without a label, which are like no other\n", output);
    }

    [Fact]
    public void Every_exit_code_is_in_the_documentation()
    {
        string page = File.ReadAllText(Repository.File("docs/command-line.md"));
        int[] codes = [ExitCode.Done, ExitCode.Failure, ExitCode.Usage, ExitCode.BadInput, ExitCode.BoundMissed, ExitCode.Interrupted];
        Assert.Equal([0, 1, 2, 3, 4, 130], codes);
        Assert.All(codes, code => Assert.Contains($"\n| {code} | ", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("trian", "has no verb trian; nearest is train.")]
    [InlineData("frobnicate", "there are quickstart, train, evaluate")]
    [InlineData("data chek x", "semblance data has no verb chek; nearest is check.")]
    [InlineData("", "semblance needs a verb: quickstart, train")]
    [InlineData("data", "semblance data needs a verb: check, draw, preview.")]
    [InlineData("train --jsn", "has no option --jsn; nearest is --json.")]
    [InlineData("train a.yaml b.yaml", "b.yaml")]
    [InlineData("search", "Required argument missing")]
    [InlineData("encode run images", "'--out' is required")]
    [InlineData("data draw x --seed one", "'one' for option '--seed' as a whole number")]
    [InlineData("search codes a.png --model run -k 0", "-k is 0; at least 1 is needed.")]
    [InlineData("encode run images --out x --batch 0", "--batch is 0; at least 1 is needed.")]
    [InlineData("train", "No recipe was given.")]
    [InlineData("evaluate run --require recall@1", "--require recall@1 is not of the form metric=value")]
    [InlineData("evaluate run --require recall@1=NaN", "is not of the form metric=value")]
    [InlineData("evaluate run --pairs pairs.txt --expand 5", "With --pairs nothing is ranked")]
    [InlineData("evaluate run --images lfw", "--images has no meaning without --pairs.")]
    public void Wrong_usage_is_one_helpful_line_and_code_2(string line, string words)
    {
        (int code, string output, string error) = InProcess(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void An_unforeseen_fault_is_one_sentence()
    {
        using StringWriter error = new();
        TextWriter before = Console.Error;
        Console.SetError(error);
        int code = CommandLine.Guard(() => throw new InvalidOperationException("The cat sat on it."));
        Console.SetError(before);
        Assert.Equal(1, code);
        Assert.Contains("fault of semblance itself", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().Trim().Split('\n'));
    }

    [Fact]
    public void The_version_is_a_number() => Assert.Matches(@"^\d+\.\d+\.\d+", CliProcess.Run("--version").Done().Output);

    [Fact]
    public void Json_is_one_document_and_nothing_else()
    {
        TinyRun tiny = Shared.Value;
        string run = tiny.File("run"), codes = tiny.File("json.codes"), image = Path.Combine(tiny.Images, "class-2/04.png");
        JsonElement trained = Parse(CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("json"), "--set", "steps=1", "--json"));
        Assert.Equal("tiny", trained[0].GetProperty("name").GetString());
        JsonElement scores = Parse(CliProcess.Run("evaluate", run, "--json"))[0].GetProperty("scores");
        Assert.All(scores.EnumerateArray(), score => Assert.True(score.GetProperty("protocol").GetString()!.Length > 0));
        Assert.Equal(48, Parse(CliProcess.Run("encode", run, tiny.Images, "--out", codes, "--json")).GetProperty("rows").GetInt32());
        JsonElement found = Parse(CliProcess.Run("search", codes, image, image, "--model", run, "-k", "48", "--json"));
        Assert.Equal(2, found.GetArrayLength());
        JsonElement itself = found[0].GetProperty("hits").EnumerateArray().Single(hit => hit.GetProperty("id").GetString() == "class-2/04.png");
        Assert.Equal(0, itself.GetProperty("distance").GetDouble());
        Assert.Equal("class-2", itself.GetProperty("labels")[0].GetString());
        Assert.Equal(48, Parse(CliProcess.Run("index", "info", codes, "--json")).GetProperty("rows").GetInt32());
        Assert.Equal(48, Parse(CliProcess.Run("data", "check", tiny.Images, "--json")).GetProperty("images").GetInt32());
        Assert.Contains(Parse(CliProcess.Run("doctor", "--json")).EnumerateArray(), finding => finding.GetProperty("subject").GetString() == "libtorch");
    }

    [Fact]
    public void A_bound_that_is_missed_ends_with_code_4_and_the_result()
    {
        string run = Shared.Value.File("run");
        Ended missed = CliProcess.Run("evaluate", run, "--require", "recall@1=1.01");
        missed.Refused(4, "recall@1 is ", "at least 1.01 was required");
        Assert.Contains("Recall@1", missed.Output, StringComparison.Ordinal);
        Ended both = CliProcess.Run("evaluate", run, "--require", "recall@1=0.01", "--require", "map=0.01", "--json").Done();
        Assert.StartsWith("[", both.Output, StringComparison.Ordinal);
        CliProcess.Run("evaluate", run, "--require", "recal@1=0.01").Refused(2, "recal@1, which was not measured", "Recall@1");
    }

    [Fact]
    public void A_run_is_verified_by_pairs_without_being_touched()
    {
        TinyRun tiny = Shared.Value;
        string run = tiny.File("run"), pairs = tiny.File("pairs.txt");
        File.WriteAllLines(pairs, Enumerable.Range(0, 10).SelectMany(i => new[] { $"class-0/{i:00}.png class-0/{i + 1:00}.png 1", $"class-1/{i:00}.png class-2/{i:00}.png 0" }));
        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(run, "scores.json"));
        JsonElement scores = Parse(CliProcess.Run("evaluate", run, "--pairs", pairs, "--images", tiny.Images, "--json"))[0].GetProperty("scores");
        Assert.Equal(["accuracy", "accuracy-sd", "AUC", "TAR@FAR1e-2", "TAR@FAR1e-3"], scores.EnumerateArray().Select(score => score.GetProperty("name").GetString()));
        Ended missed = CliProcess.Run("evaluate", run, "--pairs", pairs, "--images", tiny.Images, "--require", "accuracy=1.01");
        missed.Refused(4, "accuracy is ", "at least 1.01 was required");
        Assert.Contains("folds=10/threshold=best-on-other-folds", missed.Output, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(run, "scores.json")));
        File.AppendAllText(pairs, "class-0/00.png class-0/99.png 1\n");
        CliProcess.Run("evaluate", run, "--pairs", pairs, "--images", tiny.Images).Refused(3, "pairs.txt, line 21: ", "class-0/99.png is not there");
    }

    [Fact]
    public void Stopping_an_encoding_says_how_to_go_on()
    {
        TinyRun tiny = Shared.Value;
        string many = TinySet.Write(tiny.File("many"), classes: 4, each: 99);
        string[] encode = ["encode", tiny.File("run"), many, "--out", tiny.File("many.codes"), "--batch", "1"];
        using (CliProcess process = CliProcess.Start(encode))
        {
            while (process.Runs && !(File.Exists(tiny.File("many.codes.partial")) && new FileInfo(tiny.File("many.codes.partial")).Length > 2000))
            {
                Thread.Sleep(1);
            }
            process.Signal("INT");
            Ended ended = process.Wait();
            Assert.Equal(130, ended.Code);
            Assert.Contains("the same command goes on", ended.Error, StringComparison.Ordinal);
        }
        Assert.Contains("from before the interruption", CliProcess.Run(encode).Done().Output, StringComparison.Ordinal);
    }

    private static TinyRun Trained()
    {
        TinyRun tiny = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => tiny.Dispose();
        Semblance.Training.TrainingRun.Run(tiny.Load("steps=8"), tiny.File("run"), false, new Heard());
        return tiny;
    }

    private static JsonElement Parse(Ended ended)
    {
        ended.Done();
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        return document.RootElement.Clone();
    }

    private static IEnumerable<(string Path, Command Verb)> Leaves(Command parent, string path) => parent.Subcommands.Count == 0
        ? [(path, parent)]
        : parent.Subcommands.SelectMany(verb => Leaves(verb, path.Length == 0 ? verb.Name : $"{path} {verb.Name}"));

    private static (int Code, string Output, string Error) InProcess(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        (TextWriter usualOutput, TextWriter usualError) = (Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            return (CommandLine.Run(arguments), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(usualOutput);
            Console.SetError(usualError);
        }
    }
}
