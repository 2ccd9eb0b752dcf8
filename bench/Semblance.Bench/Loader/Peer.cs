using System.Diagnostics;
using System.Globalization;

namespace Semblance.Bench.Loader;

/// <summary>A Python program that obeys one command per line and answers with CPU and wall seconds.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    public Peer(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/bin/python3", [script, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
    }

    public (double Cpu, double Wall) Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"The peer ended at '{command}'. Install it with 'apt-get install python3-pil python3-numpy'.");
        double[] values = [.. answer.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        return (values[0], values[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
