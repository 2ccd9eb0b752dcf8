using System.CommandLine;
using Semblance.Cli.Doctor;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance doctor</c>: what is installed, what is wrong with it, and the command that mends it.</summary>
internal static class DoctorVerb
{
    public static Command Make()
    {
        Option<bool> json = Options.Json();
        Command verb = new("doctor",
            """
            Lists versions of libtorch, BLAS, libvips, threads, CUDA and instruction sets, what is wrong with each, and the
            command that mends it. Ends with code 1 where something will fail.

            Examples:
              semblance doctor
              semblance doctor --json
            """) { json };
        verb.SetAction(parsed => Run(parsed.GetValue(json)));
        return verb;
    }

    private static int Run(bool json)
    {
        IReadOnlyList<Finding> findings = Examination.All();
        if (json)
        {
            Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(findings.ToArray(), DoctorJson.Default.FindingArray));
        }
        else
        {
            Print(findings);
        }
        return findings.Any(finding => finding.State == FindingState.Broken) ? ExitCode.Failure : ExitCode.Done;
    }

    private static void Print(IReadOnlyList<Finding> findings)
    {
        IAnsiConsole console = Terminal.Out();
        int width = findings.Max(finding => finding.Subject.Length);
        foreach (Finding finding in findings)
        {
            string mark = finding.State switch
            {
                FindingState.Good => "[green]ok  [/]",
                FindingState.Advice => "[yellow]note[/]",
                _ => "[red]bad [/]",
            };
            console.MarkupLine($"{mark} {finding.Subject.PadRight(width).EscapeMarkup()}  {finding.Found.EscapeMarkup()}");
            if (finding.Remedy.Length > 0)
            {
                console.MarkupLine($"     {new string(' ', width)}  [bold]{finding.Remedy.EscapeMarkup()}[/]");
            }
        }
    }
}
