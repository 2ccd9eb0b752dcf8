using Semblance.Golden;
using Xunit;

namespace Semblance.Tests.Golden;

public sealed class GoldenCaseTests
{
    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Repository.File("tests/golden"), "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_agrees(string file)
    {
        GoldenOutcome outcome = GoldenRun.Run(Repository.File($"tests/golden/{file}"));

        Assert.SkipWhen(outcome.Unknown, $"{outcome.Fault}: it is not built yet.");
        Assert.True(outcome.Passed, outcome.Fault);
    }
}
