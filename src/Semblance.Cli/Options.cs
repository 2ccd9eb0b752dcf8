using System.CommandLine;

namespace Semblance.Cli;

/// <summary>Options that several verbs have.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output and nothing else." };

    public static Option<string[]> Settings() => new("--set") { Description = "Set one key of the recipe, such as --set optimizer.lr=0.01; may be repeated." };

    public static Option<string[]> Require() => new("--require") { Description = "End with code 4 unless a score reaches a bound, such as --require recall@1=0.9; may be repeated." };
}
