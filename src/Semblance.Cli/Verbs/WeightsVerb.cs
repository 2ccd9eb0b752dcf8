using System.CommandLine;
using System.Globalization;
using System.Text;
using Semblance.IO;
using Semblance.Losses.Pairs;
using Semblance.Reports;
using Semblance.Training.Weights;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance weights</c>: what losses do to a pair.</summary>
internal static class WeightsVerb
{
    private const string Description =
        """
        Plots how strongly losses pull a positive pair and push a negative pair, against the pair's similarity.

        For a loss over pairs all that matters is one weight a pair, dL/dS (General Pair Weighting). Here one pair of an
        anchor moves from -1 to 1 while the anchor's other pairs stay where --anchor-positives and --anchor-negatives
        put them. What to read off:
          a step                  only whether the pair is hard enough counts (contrastive), or how many it violates (triplet)
          a slope                 similarity in absolute terms (binomial deviance): the other pairs change nothing
          a bend at other pairs   the pair is compared with its own side (lifted structure, multi-similarity)
          a cut at other pairs    a miner or margin compares it with the other side
          below 0                 a positive pair is pushed apart (SupCon)
        Losses with trained proxies see proxies as references, one positive each; Proxy-Anchor sees them as anchors.

        The page has the curves as shapes and as sizes; the CSV beside it has every number. NAME=LOSS gives a loss a
        name of its own, so that it can be there with several settings.

        Examples:
          semblance weights multi-similarity contrastive triplet binomial-deviance
          semblance weights mined=multi-similarity all=multi-similarity --set all.mining=false
          semblance weights --anchor-positives 0.9 --anchor-negatives 0.2,0.8 --out hard.html
        """;

    private static readonly double[] Told = [-0.5, 0, 0.5, 0.9];

    public static Command Make()
    {
        Argument<string[]> losses = new("losses") { Description = "Names of losses (docs/losses.md), or NAME=LOSS (default: every loss that sees pairs).", Arity = ArgumentArity.ZeroOrMore };
        Option<string> positives = new("--anchor-positives") { Description = "Similarities of the anchor's other positives, with commas between them.", DefaultValueFactory = _ => "0.7" };
        Option<string> negatives = new("--anchor-negatives") { Description = "Similarities of the anchor's other negatives.", DefaultValueFactory = _ => "0.2,0.4" };
        Option<int> points = new("--points") { Description = "Similarities from -1 to 1 at which the pair is looked at.", DefaultValueFactory = _ => 401 };
        Option<string[]> settings = new("--set") { Description = "Set one key of a loss, such as --set multi-similarity.beta=40; may be repeated." };
        Option<string> output = new("--out") { Description = "The page; the numbers go beside it, as .csv.", DefaultValueFactory = _ => "weights.html" };
        Command verb = new("weights", Description) { losses, positives, negatives, points, settings, output };
        verb.SetAction(parsed => Run(
            parsed.GetValue(losses) ?? [],
            parsed.GetValue(settings) ?? [],
            Scene(parsed.GetValue(positives)!, parsed.GetValue(negatives)!, parsed.GetValue(points)),
            parsed.GetValue(output)!));
        return verb;
    }

    private static PairScene Scene(string positives, string negatives, int points) => points < 2
        ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--points is {points}; at least 2 are needed."))
        : new PairScene { Positives = Similarities("--anchor-positives", positives), Negatives = Similarities("--anchor-negatives", negatives), Points = points };

    private static ValueList<double> Similarities(string option, string text)
    {
        string[] words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        double[] values = [.. words.Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
        return values.Length > 0 && values.All(value => value is >= -1 and <= 1)
            ? [.. values]
            : throw new ArgumentException($"{option} {text} is no list of similarities; numbers from -1 to 1 with commas between them are needed, such as 0.2,0.4.");
    }

    private static int Run(string[] losses, string[] settings, PairScene scene, string output)
    {
        IReadOnlyList<NamedCurves> curves = LossCurves.Of(losses.Length > 0 ? losses : LossCurves.Losses, settings, scene);
        string csv = Path.ChangeExtension(output, ".csv");
        AtomicFile.WriteText(csv, Csv(curves));
        HtmlWeights.Write(output, new WeightsReport
        {
            Losses = [.. curves.Select(loss => new LossWeights(loss.Name, loss.Positive.Similarity, loss.Positive.Weight, loss.Negative.Weight))],
            Positives = scene.Positives,
            Negatives = scene.Negatives,
            Settings = settings,
        });
        Print(Terminal.Out(), curves);
        Console.Out.WriteLine($"numbers: {csv}");
        Console.Out.WriteLine($"page: {output}");
        return ExitCode.Done;
    }

    private static string Csv(IReadOnlyList<NamedCurves> curves)
    {
        StringBuilder text = new("loss,similarity,positive,negative\n");
        foreach (NamedCurves loss in curves)
        {
            for (int point = 0; point < loss.Positive.Similarity.Count; point++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{loss.Name},{loss.Positive.Similarity[point]:0.######},{loss.Positive.Weight[point]:G6},{loss.Negative.Weight[point]:G6}\n");
            }
        }
        return text.ToString();
    }

    /// <summary>A few values of each curve, in the size that the loss gives them.</summary>
    private static void Print(IAnsiConsole console, IReadOnlyList<NamedCurves> curves)
    {
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii).AddColumn("");
        foreach (string side in (string[])["w+", "w-"])
        {
            foreach (double similarity in Told)
            {
                table.AddColumn(new TableColumn(string.Create(CultureInfo.InvariantCulture, $"{side} at {similarity}")).RightAligned());
            }
        }
        foreach (NamedCurves loss in curves)
        {
            table.AddRow([loss.Name.EscapeMarkup(), .. Told.Select(similarity => At(loss.Positive, similarity)), .. Told.Select(similarity => At(loss.Negative, similarity))]);
        }
        console.Write(table);
    }

    /// <summary>The value at the nearest similarity that was looked at.</summary>
    private static string At(WeightCurve curve, double similarity)
    {
        int nearest = Enumerable.Range(0, curve.Similarity.Count).MinBy(point => Math.Abs(curve.Similarity[point] - similarity));
        return curve.Weight[nearest].ToString("G3", CultureInfo.InvariantCulture);
    }
}
