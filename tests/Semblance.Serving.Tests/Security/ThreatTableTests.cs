using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Semblance.Tests.Serving.Security;

/// <summary>docs/security.md names a test for every threat, and that test is there.</summary>
public sealed partial class ThreatTableTests
{
    [Fact]
    public void Every_threat_of_the_documentation_has_a_test()
    {
        string[] rows = [.. File.ReadAllLines(Repository.File("docs/security.md")).SkipWhile(line => !line.StartsWith("| threat", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))];
        Assert.InRange(rows.Length, 20, 100);
        Assert.All(rows, row =>
        {
            string[] cells = [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];
            Assert.Equal(3, cells.Length);
            Assert.All(cells, cell => Assert.NotEqual("", cell));
            string[] tests = [.. TestNames().Matches(cells[2]).Select(match => match.Groups[1].Value)];
            Assert.NotEmpty(tests);
            Assert.All(tests, test => Assert.True(IsTest(test), $"{cells[0]}: there is no test {test}."));
        });
    }

    [Fact]
    public void A_test_that_is_not_there_is_found() => Assert.False(IsTest("ApiKeysTests.There_is_no_such_test"));

    private static bool IsTest(string name)
    {
        string[] parts = name.Split('.');
        return typeof(ThreatTableTests).Assembly.GetTypes().Any(type => type.Name == parts[0] && type.GetMethod(parts[1])?.GetCustomAttributes<FactAttribute>().Any() == true);
    }

    [GeneratedRegex("`([A-Za-z]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex TestNames();
}
