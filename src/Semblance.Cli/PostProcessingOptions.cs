using System.CommandLine;
using System.Globalization;

namespace Semblance.Cli;

/// <summary>Short names for keys of <c>evaluation</c> that measure a model in further ways.</summary>
internal sealed class PostProcessingOptions
{
    private readonly Option<bool> clusters = new("--clusters") { Description = "Also cluster the queries by k-means and give NMI, AMI, ARI and F1: evaluation.clusters." };
    private readonly Option<int?> whiten = new("--whiten") { Description = "Also rank after PCA whitening to so many dimensions: evaluation.whiten.dimensions." };
    private readonly Option<int?> expand = new("--expand") { Description = "Also rank with queries expanded by so many nearest rows: evaluation.expand.count." };
    private readonly Option<int?> rerank = new("--rerank") { Description = "Also find so many rows by the Hamming distance of signs and put them in order of their cosine: evaluation.rerank." };
    private readonly Option<int?> reciprocal = new("--reciprocal") { Description = "Also put the nearest rows in order of common reciprocal neighbours, among so many: evaluation.reciprocal.neighbours." };

    public void AddTo(Command verb)
    {
        Array.ForEach<Option>([clusters, whiten, expand, rerank, reciprocal], verb.Options.Add);
    }

    /// <summary>What was asked, as <c>--set</c> takes it.</summary>
    public string[] Settings(ParseResult parsed)
    {
        (string Key, int? Value)[] numbers =
        [
            ("evaluation.whiten.dimensions", parsed.GetValue(whiten)),
            ("evaluation.expand.count", parsed.GetValue(expand)),
            ("evaluation.rerank", parsed.GetValue(rerank)),
            ("evaluation.reciprocal.neighbours", parsed.GetValue(reciprocal)),
        ];
        IEnumerable<string> given = numbers.Where(number => number.Value is not null).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Key}={number.Value}"));
        return parsed.GetValue(clusters) ? ["evaluation.clusters=true", .. given] : [.. given];
    }
}
