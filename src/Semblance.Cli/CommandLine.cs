using System.CommandLine;
using Semblance.Cli.Verbs;
using Semblance.Tensors;
using Semblance.Tensors.Native;

namespace Semblance.Cli;

/// <summary>The verbs, and what becomes of their failures.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        Learns compact image representations, says honestly how good they are, and searches them.

        The way through a job:
          semblance data check FOLDER          is the collection sound?
          semblance train RECIPE               learn embeddings or binary codes
          semblance evaluate RUN               how good are they, under which protocol?
          semblance encode RUN FOLDER          a code for every image
          semblance search CODES IMAGE         the nearest images

        'semblance quickstart' does all of it on images that the program draws itself, or on yours.
        """;

    /// <summary>Runs one command.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments)
    {
        RootCommand root = new(Description);
        foreach (Command verb in AllVerbs())
        {
            root.Subcommands.Add(verb);
        }
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
            {
                Console.Error.WriteLine(message);
            }
            string path = string.Join(' ', parsed.CommandResult.Command == root ? ["semblance"] : CommandPath(parsed.CommandResult));
            Console.Error.WriteLine($"'{path} --help' explains.");
            return ExitCode.Usage;
        }
        return Guard(() => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }));
    }

    /// <summary>Turns what a verb throws into one sentence and an exit code.</summary>
    internal static int Guard(Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (Classify(exception) is int code)
        {
            Console.Error.WriteLine(Innermost(exception).Message);
            return code;
        }
    }

    private static int? Classify(Exception exception) => Innermost(exception) switch
    {
        InvalidDataException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => ExitCode.BadInput,
        ArgumentException => ExitCode.Usage,
        SemblanceException or NativeLibraryException or TensorException or IOException or OutOfMemoryException => ExitCode.Failure,
        _ => null,
    };

    private static Exception Innermost(Exception exception) =>
        exception is AggregateException or TypeInitializationException && exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static IEnumerable<string> CommandPath(System.CommandLine.Parsing.SymbolResult? result)
    {
        Stack<string> names = new();
        for (; result is not null; result = result.Parent)
        {
            if (result is System.CommandLine.Parsing.CommandResult command)
            {
                names.Push(command.Command is RootCommand ? "semblance" : command.Command.Name);
            }
        }
        return names;
    }

    private static IEnumerable<Command> AllVerbs() =>
    [
        QuickstartVerb.Make(),
        TrainVerb.Make(),
        EvaluateVerb.Make(),
        EncodeVerb.Make(),
        SearchVerb.Make(),
        IndexVerb.Make(),
        DataVerb.Make(),
        DoctorVerb.Make(),
    ];
}
