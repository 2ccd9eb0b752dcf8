using System.Text.Json;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class ScheduleTests
{
    public static TheoryData<string> PyTorchCases => [.. Cases().Keys];

    [Theory]
    [MemberData(nameof(PyTorchCases))]
    public void Factors_are_those_of_PyTorch(string name)
    {
        JsonElement expected = Cases()[name];
        Schedule schedule = new(RecipeOf(expected), expected.GetProperty("steps").GetInt64());

        double[] factors = [.. expected.GetProperty("factors").EnumerateArray().Select(factor => factor.GetDouble())];

        Assert.All(factors.Index(), pair => Assert.Equal(pair.Item, schedule.FactorAt(pair.Index), 1e-12));
    }

    [Fact]
    public void Learning_rates_of_the_long_tailed_baseline_come_out()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Repository.File("tests/golden/lt_lr_warmup_multistep_cifar.json")));
        JsonElement settings = golden.RootElement.GetProperty("params");
        ScheduleRecipe recipe = new()
        {
            Kind = ScheduleKind.Step,
            Milestones = [.. Numbers(settings.GetProperty("milestones"))],
            Gamma = settings.GetProperty("gamma").GetDouble(),
            Warmup = settings.GetProperty("warmup_epochs").GetDouble(),
            WarmupFrom = settings.GetProperty("warmup_factor").GetDouble(),
        };
        Schedule schedule = new(recipe, 400);
        double[] epochs = Numbers(golden.RootElement.GetProperty("inputs").GetProperty("epochs").GetProperty("data"));
        double[] expected = Numbers(golden.RootElement.GetProperty("expected").GetProperty("lr").GetProperty("data"));

        Assert.All(epochs.Zip(expected), pair => Assert.Equal(pair.Second, settings.GetProperty("base_lr").GetDouble() * schedule.FactorAt((long)pair.First), 1e-10));
    }

    [Fact]
    public void Lengths_in_epochs_are_lengths_in_steps_times_the_steps_of_an_epoch()
    {
        ScheduleRecipe inEpochs = new() { Kind = ScheduleKind.Step, Warmup = 0.5, Milestones = [1.5, 2] };
        ScheduleRecipe inSteps = inEpochs with { Warmup = 5, Milestones = [15, 20] };

        Assert.All(Enumerable.Range(0, 30), step => Assert.Equal(new Schedule(inSteps, 30).FactorAt(step), new Schedule(inEpochs, 30, 10).FactorAt(step), 1e-15));
    }

    [Theory]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.Linear)]
    [InlineData(ScheduleKind.OneCycle)]
    public void Past_the_end_the_factor_stays_at_the_final_one(ScheduleKind kind)
    {
        Schedule schedule = new(new() { Kind = kind, Warmup = 3, Final = 0.125 }, 10);

        Assert.Equal(1, schedule.FactorAt(3), 1e-15);
        Assert.Equal([0.125, 0.125], new[] { schedule.FactorAt(10), schedule.FactorAt(1000) });
    }

    [Theory]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.Step)]
    [InlineData(ScheduleKind.OneCycle)]
    [InlineData(ScheduleKind.Linear)]
    public void A_run_shorter_than_its_warm_up_only_rises(ScheduleKind kind)
    {
        Schedule schedule = new(new() { Kind = kind, Warmup = 100, WarmupFrom = 0 }, 10);
        double[] factors = [.. Enumerable.Range(0, 12).Select(step => schedule.FactorAt(step))];

        Assert.Equal(factors.Order(), factors);
        Assert.All(factors, factor => Assert.InRange(factor, 0, 0.2));
    }

    [Fact]
    public void Lengths_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(new(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(new(), 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(new(), 1).FactorAt(-1));
    }

    private static Dictionary<string, JsonElement> Cases()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.File("tests/Semblance.Tests/Training/Fixtures/schedules.json")));
        return document.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(expected => expected.GetProperty("name").GetString()!, expected => expected.Clone());
    }

    private static ScheduleRecipe RecipeOf(JsonElement settings) => new()
    {
        Kind = Enum.GetValues<ScheduleKind>().Single(kind => Phrases.Kebab(kind) == settings.GetProperty("kind").GetString()),
        Warmup = Optional(settings, "warmup", 0),
        WarmupFrom = Optional(settings, "warmupFrom", 1),
        Final = Optional(settings, "final", 0),
        Gamma = Optional(settings, "gamma", 0.1),
        Milestones = settings.TryGetProperty("milestones", out JsonElement milestones) ? [.. Numbers(milestones)] : [],
    };

    private static double Optional(JsonElement settings, string name, double fallback) => settings.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : fallback;

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];
}
