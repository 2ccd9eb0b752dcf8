using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Golden;
using Xunit;

namespace Semblance.Tests.Golden;

public sealed class GoldenRunnerTests
{
    private const string Verification = """
        {"metric":"verification","params":{"far":[0.5]},"inputs":{"similarities":{"shape":[4],"data":[0.9,0.8,0.3,0.1]},"same":{"shape":[4],"data":[1,0,1,0]}},
         "expected":{"best_accuracy":0.75,"auc":0.75,"tar_at_far":{"0.5":1.0}},"rtol":1e-9,"atol":1e-12}
        """;

    [Fact]
    public void An_agreeing_case_passes() => Assert.Equal("ok case", Run(Verification).ToString());

    [Theory]
    [InlineData("\"auc\":0.75", "\"auc\":0.7501", "auc is 0.75, expected 0.7501")]
    [InlineData("\"auc\":0.75", "\"auc\":0.75,\"eer\":0.1", "eer was not compared")]
    [InlineData("\"auc\":0.75", "\"error\":true", "an error is expected, a result came")]
    [InlineData("[1,0,1,0]", "[1,1,1,1]", "verification needs both kinds")]
    [InlineData("verification", "levitation", "unknown subject 'levitation'")]
    [InlineData("\"similarities\":", "\"resemblances\":", "the input 'similarities' is missing")]
    [InlineData("[0.9,0.8,0.3,0.1]", "[0.9,0.8]", "'similarities' has 2 elements for the shape (4)")]
    public void A_disagreeing_case_fails_and_says_why(string text, string instead, string reason)
    {
        GoldenOutcome outcome = Run(Verification.Replace(text, instead, StringComparison.Ordinal));

        Assert.False(outcome.Passed);
        Assert.StartsWith("FAILED case: ", outcome.ToString(), StringComparison.Ordinal);
        Assert.Contains(reason, outcome.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clear_error_is_right_where_one_is_expected()
    {
        string json = Verification.Replace("[1,0,1,0]", "[1,1,1,1]", StringComparison.Ordinal).Replace("\"auc\":0.75", "\"error\":true", StringComparison.Ordinal);

        Assert.True(Run(json).Passed);
    }

    [Fact]
    public void The_subject_is_the_first_key_of_loss_algorithm_metric_and_kind()
    {
        Assert.Equal("a", GoldenCase.Parse("x", """{"kind":"d","metric":"c","algorithm":"b","loss":"a"}""").Subject);
        Assert.Equal("c", GoldenCase.Parse("x", """{"kind":"d","metric":"c"}""").Subject);
        Assert.Throws<InvalidDataException>(() => GoldenCase.Parse("x", "{}"));
    }

    [Fact]
    public void Numbers_agree_within_the_tolerance_and_whole_numbers_exactly()
    {
        GoldenCheck check = Check("""{"kind":"x","expected":{"a":100,"b":[1,2],"c":{"shape":[2],"data":[5,6]}},"rtol":0.01,"atol":0.5}""");

        check.Equal("a", 101.5);
        check.Equal("b", [1.5, 2.52]);
        check.EqualExactly("c", [5, 6]);
        check.Equal("not expected", 3);

        Assert.Empty(check.Faults);
        check = Check("""{"kind":"x","expected":{"a":100,"b":[1,2],"c":{"shape":[2],"data":[5,6]}},"rtol":0.01,"atol":0.5}""");
        check.Equal("a", 101.6);
        check.Equal("b", [1.0]);
        check.EqualExactly("c", [5, 7]);
        Assert.Equal(3, check.Faults.Count);
    }

    [Fact]
    public void Not_a_number_never_agrees_with_a_number()
    {
        GoldenCheck check = Check("""{"kind":"x","expected":{"a":1,"b":1},"rtol":1,"atol":1}""");

        check.Equal("a", double.NaN);
        check.Equal("b", double.PositiveInfinity);

        Assert.Equal(2, check.Faults.Count);
    }

    [Fact]
    public void Ignored_rows_of_a_gradient_must_be_finite_only()
    {
        const string Json = """{"kind":"x","grad_ignore_rows":[1],"expected":{"g":{"shape":[2,2],"data":[1,2,0,0]}},"rtol":0,"atol":0}""";
        GoldenCheck check = Check(Json);
        check.Gradient("g", [1, 2, 77, -3]);
        Assert.Empty(check.Faults);

        check = Check(Json);
        check.Gradient("g", [1, 2, double.NaN, 0]);
        Assert.Equal(["g row 1 is not finite"], check.Faults);

        check = Check(Json);
        check.Gradient("g", [1, 3, 0, 0]);
        Assert.Equal(["g[1] is 3, expected 2"], check.Faults);
    }

    [Fact]
    public void A_file_that_is_not_a_case_is_a_failed_case()
    {
        using TemporaryFolder folder = new();

        GoldenOutcome outcome = GoldenRun.Run(folder.Write("case.json", "{ \"kind\": "u8));

        Assert.StartsWith("FAILED case: it is not JSON", outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_is_that_of_logits_in_double_precision()
    {
        // In single precision the logits of each image are equal, and the first class would be told; the calibration error would be 0.
        const string Json = """
            {"metric":"lt_accuracy_split","params":{"k":1,"bins":1},
             "inputs":{"logits":{"shape":[2,2],"data":[1,1.000000001,0.123456789,0.1234567891]},"labels":{"shape":[2],"data":[1,0]},"train_counts":{"shape":[2],"data":[200,5]}},
             "expected":{"top1":0.5,"many":0,"few":1,"medium":-1,"ece":1.375e-10},"rtol":1e-5,"atol":0}
            """;

        Assert.Null(Run(Json).Fault);
    }

    [Fact]
    public void Ecl_is_computed_whatever_the_length_of_the_queue()
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Repository.File("tests/golden/ecl_total_three_experts.json")))!;
        JsonNode queue = golden["inputs"]!["queue"]!;
        double[] slots = queue["data"].Deserialize<double[]>()!;
        queue["shape"] = new JsonArray(3, 6, 7);
        queue["data"] = new JsonArray([.. slots.Where((_, place) => place % 8 < 7).Select(value => (JsonNode)value)]);
        foreach (string path in golden["expected"]!.AsObject().Select(pair => pair.Key).Where(key => key is "loss" or "con" || key.StartsWith("grad", StringComparison.Ordinal)).ToArray())
        {
            golden["expected"]!.AsObject().Remove(path);
        }

        Assert.Null(Run(golden.ToJsonString()).Fault);
        golden["expected"] = new JsonObject { ["error"] = true };
        Assert.True(Run(golden.ToJsonString()).Passed);
    }

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("\"NaN\"", double.NaN)]
    public void Numbers_that_JSON_lacks_are_read(string literal, double value)
    {
        GoldenCase golden = GoldenCase.Parse("x", $$$"""{"kind":"x","source":"NaN, \"Infinity\" or -Infinity","params":{"a":{{{literal}}}},"inputs":{"b":{"shape":[2],"data":[1,{{{literal}}}] } } }""");

        Assert.Equal(value, golden.Number("a"));
        Assert.Equal([1, value], golden.Input("b").Data);
        Assert.Equal("NaN, \"Infinity\" or -Infinity", golden.Note("source"));
    }

    private static GoldenOutcome Run(string json) => GoldenRun.Run(GoldenCase.Parse("case", json));

    private static GoldenCheck Check(string json) => new(GoldenCase.Parse("case", json));
}
