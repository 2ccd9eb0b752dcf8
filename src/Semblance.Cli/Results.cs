using Semblance.Training.Results;

namespace Semblance.Cli;

/// <summary>Tells what was measured, and whether it is enough.</summary>
internal static class Results
{
    /// <summary>Prints scores as a table or as JSON and checks the caller's bounds.</summary>
    /// <param name="models">The model first, then what it is compared with.</param>
    /// <param name="folder">Folder of a page that was written; null where none was.</param>
    /// <param name="json">Whether JSON is wanted.</param>
    /// <param name="bounds">What the caller demands.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(IReadOnlyList<ScoredModel> models, string? folder, bool json, Bounds bounds)
    {
        if (json)
        {
            Console.Out.WriteLine(ScoresFile.ToJson(models));
        }
        else
        {
            ScoreTables.Print(Terminal.Out(), models);
            Console.Out.Write(folder is null ? "" : $"page: {Path.Combine(folder, "report.html")}\n");
        }
        IReadOnlyList<string> missed = bounds.Missed(models);
        foreach (string sentence in missed)
        {
            Console.Error.WriteLine(sentence);
        }
        return missed.Count == 0 ? ExitCode.Done : ExitCode.BoundMissed;
    }
}
