using Semblance.Training;
using Semblance.Training.Results;

namespace Semblance.Cli;

/// <summary>Tells what was measured, and whether it is enough.</summary>
internal static class Results
{
    /// <summary>Prints scores as a table or as JSON and checks the caller's bounds.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(RunResults results, string folder, bool json, Bounds bounds)
    {
        if (json)
        {
            Console.Out.WriteLine(ScoresFile.ToJson(results));
        }
        else
        {
            ScoreTables.Print(Terminal.Out(), results);
            Console.Out.WriteLine($"page: {Path.Combine(folder, "report.html")}");
        }
        IReadOnlyList<string> missed = bounds.Missed(results);
        foreach (string sentence in missed)
        {
            Console.Error.WriteLine(sentence);
        }
        return missed.Count == 0 ? ExitCode.Done : ExitCode.BoundMissed;
    }
}
