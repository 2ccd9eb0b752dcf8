using System.Diagnostics;
using System.Globalization;

namespace Semblance.Bench;

/// <summary>A program that we compare with: it answers each line that we send with numbers on one line.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    public Peer(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} cannot be started.");
    }

    /// <summary>A script for Debian's Python, whose torch runs on the same libtorch and BLAS as ours.</summary>
    public static Peer Python(string script, params string[] arguments) => new("/usr/bin/python3", [script, .. arguments]);

    public double[] Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        string answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The peer ended at '{line}' without an answer; its message is above.");
        return [.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    /// <summary>Asks for wall and CPU seconds.</summary>
    public Cost AskCost(string line) => Ask(line) is [double wall, double cpu, ..] ? new Cost(wall, cpu) : throw new InvalidOperationException($"The peer's answer to '{line}' is not two numbers.");

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
