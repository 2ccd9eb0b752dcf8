using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Semblance.Bench.Serving;

/// <summary>A <c>semblance serve</c> of its own process on a free port of this machine.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private bool _ended;

    private ServerProcess(Process process, int port, double ready) => (_process, Port, SecondsToReady) = (process, port, ready);

    public int Port { get; }

    /// <summary>From the start of the process until it answers that it is ready.</summary>
    public double SecondsToReady { get; }

    /// <summary>Processor time so far, in seconds.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Memory that is in RAM, in MiB: all of it, and what does not belong to files.</summary>
    public (double All, double Anonymous) Resident
    {
        get
        {
            string[] lines = File.ReadAllLines($"/proc/{_process.Id}/status");
            return (Field(lines, "VmRSS"), Field(lines, "RssAnon"));
        }
    }

    /// <summary>The number of the process.</summary>
    public int Id => _process.Id;

    public static ServerProcess Start(params string[] arguments) => Behind([], arguments);

    /// <summary>Starts it by another command, which becomes it.</summary>
    public static ServerProcess Behind(string[] launcher, params string[] arguments)
    {
        int port = FreePort();
        long started = Stopwatch.GetTimestamp();
        string[] command = [.. launcher, "dotnet", Program(), "serve", .. arguments, "--port", port.ToString(CultureInfo.InvariantCulture)];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Tell(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        WaitUntilReady(process, port);
        return new ServerProcess(process, port, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }
        _ended = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Program() => Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll");

    private static void Tell(string? line)
    {
        if (line is not null)
        {
            Console.Error.WriteLine($"server: {line}");
        }
    }

    private static void WaitUntilReady(Process process, int port)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the server ended with {process.ExitCode} before it was ready.");
            }
            try
            {
                using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/health/ready"));
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            Thread.Sleep(5);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double Field(string[] lines, string name) =>
        double.Parse(lines.First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
