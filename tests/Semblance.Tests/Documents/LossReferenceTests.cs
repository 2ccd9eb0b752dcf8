using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Documents;

/// <summary>Holds docs/losses.md to what the catalogue of losses asks of a recipe.</summary>
public sealed class LossReferenceTests
{
    private static Document Page => Document.Read("docs/losses.md");

    public static TheoryData<string> Losses => [.. Objectives.Losses.Keys];

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_page_names_every_key_of_a_loss_with_its_type_default_and_need(string loss)
    {
        string own = $"loss: {loss}";
        string[] asked = [.. Recipe.Keys(TrainingRun.Catalogue).Where(key => key.Needs == own || key.Needs.StartsWith(own + " and ", StringComparison.Ordinal))
            .Select(key => $"{key.Path["objective[].".Length..]} | {key.Type} | {key.Default} | {(key.Needs == own ? "" : key.Needs[(own.Length + 5)..])}")];

        Assert.NotEmpty(asked);
        Assert.Equal(asked, Page.Rows(loss).Select(row => string.Join(" | ", row.Take(4))));
        Assert.All(Page.Rows(loss), row => Assert.NotEmpty(row[4]));
    }

    [Fact]
    public void Every_example_is_a_term_of_an_objective()
    {
        string[] examples = [.. Page.Blocks("yaml")];

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Recipe.Parse($"data: {{path: photos}}\nmodel: {{backbone: convnet}}\n{example}", "example.yaml", TrainingRun.Catalogue));
    }

    [Fact]
    public void The_reference_of_recipes_names_every_backbone()
    {
        string row = Assert.Single(File.ReadLines(Repository.File("docs/recipes.md")), line => line.StartsWith("| `model.backbone` |", StringComparison.Ordinal));

        Assert.All(TrainingRun.Catalogue.Backbones, name => Assert.Contains($"`{name}`", row, StringComparison.Ordinal));
    }
}
