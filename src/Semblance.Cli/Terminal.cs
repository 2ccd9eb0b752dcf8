using Spectre.Console;

namespace Semblance.Cli;

/// <summary>Consoles for results (standard output) and for progress and warnings (standard error).</summary>
/// <remarks>Colour and movement only where a terminal is; <c>NO_COLOR</c> is obeyed. Piped text is never wrapped.</remarks>
internal static class Terminal
{
    private const int PipedWidth = 500;

    /// <summary>Whether standard error is a terminal, so that progress may move.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected;

    /// <summary>Results.</summary>
    public static IAnsiConsole Out() => Make(Console.Out, Console.IsOutputRedirected);

    /// <summary>Progress and warnings.</summary>
    public static IAnsiConsole Error() => Make(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Make(TextWriter writer, bool piped)
    {
        bool plain = piped || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = piped ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = piped ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (piped)
        {
            console.Profile.Width = PipedWidth;
        }
        return console;
    }
}
