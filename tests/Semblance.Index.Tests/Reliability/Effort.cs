using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>How much a test of reliability does: a little in every run, all of it with <c>./test --all</c>.</summary>
internal static class Effort
{
    /// <summary>Whether everything is to be done.</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("SEMBLANCE_TEST_ALL") == "1";

    /// <summary>A number of cases, or of anything else.</summary>
    public static int Of(int little, int all) => Full ? all : little;

    /// <summary>Says what was done; a full run shows it.</summary>
    public static void Report(string figures)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        if (Full)
        {
            Console.WriteLine($"    reliability: {figures}");
        }
    }
}
