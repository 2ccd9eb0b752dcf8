using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Training.Weights;

/// <summary>The weights that one loss gives to the pairs of an anchor.</summary>
/// <param name="Name">What the loss is called.</param>
/// <param name="Positive">Of the positive pair that is moved.</param>
/// <param name="Negative">Of the negative pair that is moved.</param>
public sealed record NamedCurves(string Name, WeightCurve Positive, WeightCurve Negative);

/// <summary>Draws the pair weights of losses of the catalogue.</summary>
public static class LossCurves
{
    private const string Called = "the command line";

    /// <summary>Names of the losses that see a batch only through its pairs; none of those that are put together from others.</summary>
    public static IReadOnlyList<string> Losses { get; } = [.. Objectives.Losses.Keys.Where(loss => loss != Objectives.Composed && IsPairwise(loss))];

    /// <summary>The curves of losses.</summary>
    /// <param name="losses">Names of losses, or <c>NAME=LOSS</c> to call one otherwise, so that it can be there twice.</param>
    /// <param name="settings">Changes of their settings, <c>NAME.key=value</c>.</param>
    /// <param name="scene">The anchor and its pairs.</param>
    /// <exception cref="InvalidDataException">A setting is unknown or out of range, or two losses have one name.</exception>
    /// <exception cref="ArgumentException">There is no such loss, or it does not see pairs.</exception>
    public static IReadOnlyList<NamedCurves> Of(IReadOnlyList<string> losses, IEnumerable<string> settings, PairScene scene)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(settings);
        foreach (string loss in losses.Select(loss => loss.Split('=', 2)[^1]).Where(loss => !Objectives.Losses.ContainsKey(loss)))
        {
            string nearest = NearestName.Of(loss, Losses) is { } near ? $"; nearest is {near}" : "";
            throw new ArgumentException($"There is no loss {loss}{nearest}. Those that see pairs are {string.Join(", ", Losses)}.");
        }
        string terms = string.Join(", ", losses.Select(loss => loss.Split('=', 2)).Select(parts => $"{{name: '{parts[0].Replace("'", "''", StringComparison.Ordinal)}', loss: '{parts[^1]}'}}"));
        Recipe recipe = Recipe.Parse(Text(terms), Called, TrainingRun.Catalogue, settings.Select(setting => $"objective.{setting}"));
        using TensorScope scope = new();
        using Objective objective = Make(recipe);
        return [.. objective.Terms.Select((term, place) => Of(term.Name, Pairwise(term.Term, losses[place].Split('=', 2)[^1]), scene))];
    }

    private static NamedCurves Of(string name, IPairwiseTerm term, PairScene scene) => new(name, WeightCurves.Positive(term, scene), WeightCurves.Negative(term, scene));

    private static IPairwiseTerm Pairwise(ITerm term, string loss) => term as IPairwiseTerm
        ?? throw new ArgumentException($"{loss} does not see a batch through its pairs alone, so that its pairs have no weights; those that do are {string.Join(", ", Losses)}.");

    /// <summary>A loss that cannot be made of pairs alone, such as one over experts, is none.</summary>
    private static bool IsPairwise(string loss)
    {
        using TensorScope scope = new();
        try
        {
            using Objective objective = Make(Recipe.Parse(Text($"{{loss: {loss}}}"), Called, TrainingRun.Catalogue));
            return objective.Terms[0].Term is IPairwiseTerm;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>In double precision, so that steep weights are not rounded; what a term would train is there but not looked at.</summary>
    private static Objective Make(Recipe recipe) => Objectives.Create(recipe.Objective, new TermContext(64, 16, 0) { Type = DataType.Float64, Items = 64, ClassCounts = [.. Enumerable.Repeat(1L, 64)] });

    private static string Text(string terms) => $"data: {{path: none}}\nmodel: {{backbone: convnet}}\nobjective: [{terms}]\n";
}
