namespace Semblance.Cli;

/// <summary>How the program ends; documented in docs/command-line.md.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>We failed: a missing library, a full disk, a fault of ours.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A file, a folder or a recipe is wrong.</summary>
    public const int BadInput = 3;

    /// <summary>A bound that the caller stated was missed.</summary>
    public const int BoundMissed = 4;

    /// <summary>Interrupted; what was done is kept.</summary>
    public const int Interrupted = 130;
}
