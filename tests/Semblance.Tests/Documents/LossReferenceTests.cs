using Semblance.Models.Backbones;
using Semblance.Tensors.Images;
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
        string[] asked = [.. KeysOf(loss).Where(key => !key.StartsWith("pairs", StringComparison.Ordinal))];

        Assert.NotEmpty(asked);
        Assert.Equal(asked, Page.Rows(loss).Select(row => string.Join(" | ", row.Take(4))));
        Assert.All(Page.Rows(loss), row => Assert.NotEmpty(row[4]));
    }

    [Fact]
    public void The_page_names_once_the_keys_that_every_pair_loss_has()
    {
        string[][] shared = [.. Objectives.Losses.Keys.Select(loss => KeysOf(loss).Where(key => key.StartsWith("pairs", StringComparison.Ordinal)).ToArray()).Where(keys => keys.Length > 0)];

        Assert.NotEmpty(shared);
        Assert.All(shared, keys => Assert.Equal(shared[0], keys));
        Assert.Equal(shared[0], Page.Rows("Keys of all pair losses").Select(row => string.Join(" | ", row.Take(4))));
        Assert.All(Page.Rows("Keys of all pair losses"), row => Assert.NotEmpty(row[4]));
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

    [Fact]
    public void The_table_of_backbones_says_what_the_catalogue_says()
    {
        Dictionary<Normalization, string> words = new() { [Normalization.ImageNet] = "imagenet", [Normalization.Caffe] = "caffe", [Normalization.Signed] = "signed" };

        Assert.Equal(
            BackboneCatalogue.All.Select(entry => $"{entry.Name} {entry.FeatureCount} {words[entry.Normalization]}"),
            Document.Read("docs/recipes.md").Rows("The backbones").Select(row => $"{row[0]} {row[1]} {row[2]}"));
    }

    /// <summary>The keys of a loss as the columns of the page: key, value, default, needs. Those of a loss within it stand with that loss.</summary>
    private static IEnumerable<string> KeysOf(string loss)
    {
        string own = $"loss: {loss}";
        return Recipe.Keys(TrainingRun.Catalogue).Where(key => (key.Needs == own || key.Needs.StartsWith(own + " and ", StringComparison.Ordinal)) && !key.Needs.Contains(" and loss: ", StringComparison.Ordinal) && key.Path != "objective[].metric.loss")
            .Select(key => $"{key.Path["objective[].".Length..]} | {key.Type} | {key.Default} | {(key.Needs == own ? "" : key.Needs[(own.Length + 5)..])}");
    }
}
