namespace Semblance.Golden;

/// <summary>How a case ended.</summary>
/// <param name="Name">The case.</param>
/// <param name="Fault">Why it failed; null where it passed.</param>
/// <param name="Unknown">Whether it failed because its subject is not built.</param>
public sealed record GoldenOutcome(string Name, string? Fault, bool Unknown = false)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Fault is null;

    /// <inheritdoc/>
    public override string ToString() => Passed ? $"ok {Name}" : $"FAILED {Name}: {Fault}";
}

/// <summary>Runs cases.</summary>
public static class GoldenRun
{
    private const int FaultsShown = 5;

    /// <summary>Runs the case of a file. Whatever goes wrong, an unreadable file included, is a failed case.</summary>
    public static GoldenOutcome Run(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        try
        {
            return Run(GoldenCase.Read(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new GoldenOutcome(name, fault.Message);
        }
    }

    /// <summary>Runs a case.</summary>
    public static GoldenOutcome Run(GoldenCase golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        return GoldenCatalogue.Find(golden.Subject) is { } runner
            ? new GoldenOutcome(golden.Name, Fault(golden, runner))
            : new GoldenOutcome(golden.Name, $"unknown subject '{golden.Subject}'", Unknown: true);
    }

    private static string? Fault(GoldenCase golden, GoldenRunner runner)
    {
        try
        {
            var check = new GoldenCheck(golden);
            runner(golden, check);
            return golden.ExpectsError ? "an error is expected, a result came" : Join(check.Faults);
        }
        catch (Exception fault) when (golden.ExpectsError && IsClear(fault))
        {
            return null;
        }
        catch (Exception fault)
        {
            return $"{fault.GetType().Name}: {FirstLine(fault.Message)}";
        }
    }

    /// <summary>Whether an exception speaks to a user: a refusal in words, not an accident of the runtime.</summary>
    private static bool IsClear(Exception fault) => fault is ArgumentException or InvalidDataException or SemblanceException;

    private static string? Join(IReadOnlyList<string> faults) => faults.Count switch
    {
        0 => null,
        <= FaultsShown => string.Join("; ", faults),
        _ => $"{string.Join("; ", faults.Take(FaultsShown))}; and {faults.Count - FaultsShown} more",
    };

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();
}
