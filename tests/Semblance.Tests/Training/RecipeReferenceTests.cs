using System.Text.RegularExpressions;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Holds docs/recipes.md to what the reader of recipes asks for.</summary>
public sealed partial class RecipeReferenceTests
{
    private static string Reference => File.ReadAllText(Repository.File("docs/recipes.md"));

    [Fact]
    public void The_reference_names_every_key_with_its_type_default_and_need()
    {
        string[] asked = [.. Recipe.Keys(TestLosses.Catalogue).Where(IsOfEveryRecipe).Select(key => $"{key.Path} | {TypeOf(key)} | {key.Default} | {key.Needs}")];

        string[] documented = [.. Rows().Matches(Reference).Select(row => string.Join(" | ", row.Groups.Values.Skip(1).Select(cell => cell.Value.Replace("`", "", StringComparison.Ordinal).Trim())))];

        Assert.Empty(asked.Except(documented));
        Assert.Empty(documented.Except(asked));
        Assert.Equal(documented.Length, documented.Distinct().Count());
    }

    [Fact]
    public void Every_example_of_the_reference_is_a_recipe()
    {
        string[] examples = [.. Examples().Matches(Reference).Select(example => example.Groups[1].Value)];

        Assert.NotEmpty(examples);
        Assert.All(examples, example => TestLosses.Read(Complete(example)));
    }

    /// <summary>An example with the groups without which it is no recipe.</summary>
    private static string Complete(string example)
    {
        string[] needed = ["data: {path: photos}", "model: {backbone: convnet}", "objective: [{loss: multi-similarity}]"];
        return string.Join('\n', needed.Where(line => !$"\n{example}".Contains($"\n{line.Split(' ')[0]}", StringComparison.Ordinal)).Append(example));
    }

    /// <summary>Losses have a reference of their own; names that the catalogue gives are not spelt out here.</summary>
    private static bool IsOfEveryRecipe(RecipeKey key) => !key.Needs.StartsWith("loss: ", StringComparison.Ordinal);

    private static string TypeOf(RecipeKey key) => key.Path switch
    {
        "model.backbone" => "the name of a backbone",
        "objective[].loss" => "the name of a loss",
        _ => key.Type,
    };

    [GeneratedRegex(@"^\| `([^|`\n]+)` \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|[^|\n]*[^|\s][^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
