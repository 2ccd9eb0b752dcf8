using System.Diagnostics;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary>How the program ended.</summary>
internal sealed record Ended(int Code, string Output, string Error)
{
    /// <summary>Fails unless the program ended with a code and said one thing that a user understands.</summary>
    public void Refused(int code, params string[] words)
    {
        Assert.True(code == Code, $"ended with {Code}: {Error}{Output}");
        string said = Error.Trim();
        foreach (string word in words)
        {
            Assert.Contains(word, said, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of semblance", said, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", said, StringComparison.Ordinal);
        Assert.EndsWith(".", said, StringComparison.Ordinal);
    }

    /// <summary>Fails unless the program did what it was asked.</summary>
    public Ended Done()
    {
        Assert.True(Code == 0, $"ended with {Code}: {Error}{Output}");
        return this;
    }
}

/// <summary>The command line as a process of its own, as a user runs it.</summary>
internal sealed class CliProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output, error;

    private CliProcess(Process process)
    {
        this.process = process;
        (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Whether it still runs.</summary>
    public bool Runs => !process.HasExited;

    /// <summary>The process.</summary>
    public int Id => process.Id;

    /// <summary>Runs to the end.</summary>
    public static Ended Run(params string[] arguments) => Run(new Dictionary<string, string?>(), arguments);

    /// <summary>Runs to the end with other environment variables.</summary>
    public static Ended Run(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using CliProcess process = Start(environment, ["dotnet", Program, .. arguments]);
        return process.Wait();
    }

    /// <summary>Runs to the end below a shell, such as for a limit of the system.</summary>
    public static Ended RunInShell(string before, params string[] arguments)
    {
        using CliProcess process = Start(new Dictionary<string, string?>(), ["bash", "-c", before + " exec \"$@\"", "bash", "dotnet", Program, .. arguments]);
        return process.Wait();
    }

    /// <summary>Starts.</summary>
    // A program that is run in the background inherits that SIGINT is ignored; the one under test shall hear it whoever runs the tests.
    public static CliProcess Start(params string[] arguments) => Start(new Dictionary<string, string?>(), ["env", "--default-signal=INT,TERM", "dotnet", Program, .. arguments]);

    /// <summary>Waits for the end.</summary>
    public Ended Wait()
    {
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill();
            Assert.Fail($"semblance did not end: {error.Result}");
        }
        return new Ended(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }
        process.Dispose();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll");

    private static CliProcess Start(IReadOnlyDictionary<string, string?> environment, string[] command)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }
        return new CliProcess(Process.Start(start)!);
    }
}
