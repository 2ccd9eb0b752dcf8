using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Semblance.Cli;
using Xunit;

namespace Semblance.Tests.Documents;

/// <summary>Every command line that a document shows is one that the programs understand.</summary>
public sealed class CommandTests
{
    public static TheoryData<string> Documents => [.. Document.Paths];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_of_a_document_is_understood(string path) => Assert.Empty(Commands(Document.Read(path)).SelectMany(Faults));

    [Fact]
    public void A_command_that_is_not_understood_is_found()
    {
        Document document = new("x.md", "```sh\n$ A=1 ./semblance train \"a b.yaml\" --sed 3   # no such option\n./semblance search x.codes\n./test --gold x\n./semblance doctor # fine\n```\n");

        Assert.Equal(4, Commands(document).Count());
        Assert.Equal(3, Commands(document).Count(command => Faults(command).Any()));
        Assert.Equal(["./semblance", "train", "a b.yaml", "--sed", "3"], Commands(document).First());
    }

    /// <summary>The words of each command of ours in the blocks for a shell.</summary>
    private static IEnumerable<string[]> Commands(Document document) => document.Blocks("sh")
        .SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        .Select(line => Words(line).SkipWhile(word => word == "$" || word == "sudo" || (word.Contains('=') && !word.Contains('/', StringComparison.Ordinal)) || word.StartsWith("SEMBLANCE_", StringComparison.Ordinal)).ToArray())
        .Where(words => words.Length > 0 && words[0] is "semblance" or "./semblance" or "./test" or "bench/run");

    private static IEnumerable<string> Faults(string[] command)
    {
        string script = command[0] switch { "./test" => "test", "bench/run" => "bench/run", _ => "semblance" };
        string text = File.ReadAllText(Repository.File(script));
        if (script == "bench/run")
        {
            text += File.ReadAllText(Repository.File("bench/Semblance.Bench/Program.cs"));
            return command.Skip(1).Take(1).Where(word => !text.Contains(word, StringComparison.Ordinal)).Select(word => $"bench/run does not know {word}");
        }
        if (script == "test")
        {
            return command.Where(word => word.StartsWith('-') && !Regex.IsMatch(text, $@"{Regex.Escape(word)}(?![\w-])")).Select(word => $"./test does not know {word}");
        }
        // This one is the script's own.
        return command is [_, "build"] ? [] : CommandLine.Root().Parse(command[1..]).Errors.Select(error => $"{string.Join(' ', command)}: {error.Message}");
    }

    /// <summary>A line as a shell divides it: quotes hold words together, a comment ends it.</summary>
    private static List<string> Words(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        char quote = '\0';
        foreach (char letter in line + " ")
        {
            if (quote != '\0' || letter is '\'' or '"')
            {
                quote = quote == '\0' ? letter : letter == quote ? '\0' : quote;
                _ = letter is '\'' or '"' ? word : word.Append(letter);
            }
            else if (letter == '#' && word.Length == 0)
            {
                break;
            }
            else if (!char.IsWhiteSpace(letter))
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
        return words;
    }
}
