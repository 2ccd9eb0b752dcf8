using System.CommandLine;
using System.CommandLine.Parsing;

namespace Semblance.Cli;

/// <summary>Says what is wrong with a command line, and which verb or option was probably meant.</summary>
internal static class WrongUsage
{
    /// <summary>One sentence for what is wrong, and one for where help is; null where nothing is wrong.</summary>
    public static string? Describe(ParseResult parsed)
    {
        string? mistaken = MistakenOption(parsed);
        if (parsed.Errors.Count == 0 && mistaken is null)
        {
            return null;
        }
        Command command = parsed.CommandResult.Command;
        string help = $"'{PathOf(parsed.CommandResult)} --help' explains.";
        string[] unknown = [.. mistaken is null ? [] : new[] { mistaken }, .. parsed.UnmatchedTokens];
        if (unknown.Length > 0)
        {
            return $"{Unknown(unknown[0], parsed.CommandResult)} {help}";
        }
        if (command.Subcommands.Count > 0)
        {
            return $"{PathOf(parsed.CommandResult)} needs a verb: {string.Join(", ", command.Subcommands.Select(verb => verb.Name))}. {help}";
        }
        string errors = string.Join(' ', parsed.Errors.Select(Text).Distinct());
        return $"{errors.Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)} {help}";
    }

    /// <summary>What the parser says; of a word that is none of several, those that are.</summary>
    private static string Text(ParseError error) =>
        error.SymbolResult is OptionResult { Option: Option option, Tokens: [Token given, ..] } && (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is { IsEnum: true } words
            ? $"{option.Name} is {given.Value}; {string.Join(" or ", Enum.GetNames(words).Select(word => word.ToLowerInvariant()))} is needed."
            : error.Message;

    /// <summary>A misspelt option, which the parser would take for the path of a file; after <c>--</c> anything is a path.</summary>
    private static string? MistakenOption(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))?.Value;

    private static string Unknown(string text, CommandResult result)
    {
        Command command = result.Command;
        bool isOption = text.StartsWith('-');
        string[] names = isOption
            ? [.. command.Options.Select(option => option.Name), "--help"]
            : [.. command.Subcommands.Select(verb => verb.Name)];
        string nearest = NearestName.Of(text, names) is { } name ? $"; nearest is {name}" : "";
        if (isOption)
        {
            return $"{PathOf(result)} has no option {text}{nearest}.";
        }
        return command.Subcommands.Count > 0
            ? $"{PathOf(result)} has no verb {text}{nearest}{(nearest.Length > 0 ? "" : $"; there are {string.Join(", ", names)}")}."
            : $"{PathOf(result)} does not know what to do with {text}.";
    }

    private static string PathOf(SymbolResult? result)
    {
        Stack<string> names = new();
        for (; result is not null; result = result.Parent)
        {
            if (result is CommandResult command)
            {
                names.Push(command.Command.Name);
            }
        }
        return string.Join(' ', names);
    }
}
