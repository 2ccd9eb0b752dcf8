using System.Diagnostics;
using System.Globalization;

namespace Semblance.Bench;

/// <summary>A program that we compare with: it answers each line that we send with one number.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    public Peer(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} cannot be started.");
    }

    public double Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        string answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended without an answer; its message is above.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
