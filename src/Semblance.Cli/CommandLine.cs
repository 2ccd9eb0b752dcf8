using System.CommandLine;
using System.CommandLine.Help;
using Semblance.Cli.Verbs;
using Semblance.Cli.Verbs.Indexes;
using Semblance.IO;
using Semblance.Serving.Stores;
using Semblance.Tensors;
using Semblance.Tensors.Native;

namespace Semblance.Cli;

/// <summary>The verbs, and what becomes of their failures.</summary>
internal static class CommandLine
{
    private const string TraceVariable = "SEMBLANCE_TRACE";

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
        ParseResult parsed = Root().Parse(arguments);
        if (WrongUsage.Describe(parsed) is { } wrong)
        {
            Console.Error.WriteLine(wrong);
            return ExitCode.Usage;
        }
        ShortenVerbs(parsed.CommandResult.Command);
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
            Console.Error.WriteLine(ForUser(Innermost(exception)));
            return code;
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable(TraceVariable) is not { Length: > 0 })
        {
            Console.Error.WriteLine($"This is a fault of semblance itself: {Innermost(exception).GetType().Name}: {Innermost(exception).Message} Set {TraceVariable}=1 to see where it happened.");
            return ExitCode.Failure;
        }
    }

    /// <summary>The program with all its verbs.</summary>
    /// <remarks>Not a <see cref="RootCommand"/>, which takes its name from the file that runs.</remarks>
    internal static Command Root()
    {
        Command root = new("semblance", Description) { new HelpOption(), new VersionOption() };
        foreach (Command verb in AllVerbs())
        {
            root.Subcommands.Add(verb);
        }
        return root;
    }

    /// <summary>The list of verbs has room for the first sentence of each; its own help has the rest.</summary>
    private static void ShortenVerbs(Command parent)
    {
        foreach (Command verb in parent.Subcommands)
        {
            string first = verb.Description!.ReplaceLineEndings("\n").Split("\n\n")[0].Replace('\n', ' ');
            verb.Description = first.Split(". ")[0].TrimEnd('.') + ".";
        }
    }

    /// <summary>The message for a user, who knows no parameters of ours and wants to know what to do.</summary>
    private static string ForUser(Exception exception) => AtomicFile.IsDiskFull(exception)
        ? $"The disk is full ({exception.Message}). Free some space or choose another folder."
        : UserMessage.Of(exception.Message);

    private static int? Classify(Exception exception) => Innermost(exception) switch
    {
        InvalidDataException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or ReadOnlyStoreException => ExitCode.BadInput,
        ArgumentException => ExitCode.Usage,
        SemblanceException or NativeLibraryException or TensorException or IOException or OutOfMemoryException => ExitCode.Failure,
        _ => null,
    };

    private static Exception Innermost(Exception exception) =>
        exception is AggregateException or TypeInitializationException && exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static IEnumerable<Command> AllVerbs() =>
    [
        QuickstartVerb.Make(),
        TrainVerb.Make(),
        EvaluateVerb.Make(),
        CompareVerb.Make(),
        EncodeVerb.Make(),
        SearchVerb.Make(),
        IndexVerb.Make(),
        ServeVerb.Make(),
        KeysVerb.Make(),
        DedupVerb.Make(),
        IngestVerb.Make(),
        TreeVerb.Make(),
        CurriculumVerb.Make(),
        DataVerb.Make(),
        BenchVerb.Make(),
        AblateVerb.Make(),
        WeightsVerb.Make(),
        DoctorVerb.Make(),
    ];
}
