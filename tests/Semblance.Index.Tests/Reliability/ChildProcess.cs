using System.Diagnostics;
using System.Globalization;

namespace Semblance.Tests.Index.Reliability;

/// <summary>This program once more, to do something else than test.</summary>
internal static class ChildProcess
{
    /// <summary>Starts it.</summary>
    /// <param name="wrapper">A program with arguments that starts it; empty for none.</param>
    /// <param name="arguments">What it is to do.</param>
    public static Process Start(string[] wrapper, params object[] arguments)
    {
        string program = Environment.ProcessPath!;
        string[] command =
        [
            .. wrapper, program,
            .. Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : Array.Empty<string>(),
            .. arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!),
        ];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
