using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Index.Files;

namespace Semblance.Training.Results;

/// <summary>Measures codes that stand in files, whoever made them.</summary>
public static class CodeFiles
{
    /// <summary>Measures the codes of one file against those of another, which is read part by part.</summary>
    /// <param name="queries">The file of the queries; null where each code of the database asks the others.</param>
    /// <param name="database">The file that is searched.</param>
    /// <param name="evaluation">What is measured.</param>
    /// <returns>The scores, named after the database.</returns>
    /// <exception cref="InvalidDataException">A file is missing, damaged, holds no codes or no labels, or the two do not fit each other.</exception>
    public static ScoredModel Score(string? queries, string database, EvaluationRecipe evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        CodesFile asked = Read(queries ?? database);
        if (queries is not null)
        {
            RequireSameModel(queries, asked.Metadata, database, Read(database, firstOnly: true).Metadata);
        }
        LabelMap map = new(queries ?? database, asked.Metadata, database, queries is null ? asked.Metadata : Read(database, firstOnly: true).Metadata);
        LabelledCodes query = new(asked.Codes, LabelledItems.FromFile(NameOf(queries ?? database, asked.Codes.Count), [.. asked.Items.Select(map.Apply)]));
        List<Codes> all = [];
        IEnumerable<LabelledCodes> Parts()
        {
            // Bits are looked at in the first reading only.
            bool first = all.Count == 0;
            foreach (CodesFile part in CodesFile.ReadParts(database))
            {
                if (first)
                {
                    all.Add(part.Codes);
                }
                yield return new LabelledCodes(part.Codes, LabelledItems.FromFile(NameOf(database, null), part.Items));
            }
        }
        try
        {
            HashScores scores = HashEvaluation.Stream(query, Parts, evaluation.CodeOptions(queries is null ? OverlapRule.Exclude : evaluation.Overlap));
            Codes codes = Codes.Concatenate(all);
            LabelledCodes searched = new(codes, new LabelledItems { Name = scores.Protocol.Database, Labels = Array.ConvertAll(new int[codes.Count][], _ => Array.Empty<int>()) });
            return new ScoredModel(Path.GetFileNameWithoutExtension(database), false, [.. scores.Scores().Where(evaluation.Wants)], new ScoredCodes(query, searched, scores, BitDiagnostics.Of(codes)))
            {
                Queries = scores.Queries,
                QueriesWithoutPositives = scores.QueriesWithoutRelevant,
            };
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{queries ?? database} cannot be measured against {database}: {fault.Message}", fault);
        }
    }

    private static string NameOf(string path, int? count) => Path.GetFileNameWithoutExtension(path) + (count is null ? "" : FormattableString.Invariant($"-{count}"));

    private static CodesFile Read(string path, bool firstOnly = false)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} {(Directory.Exists(path) ? "is a folder" : "is not there")}. Give a file of codes that 'semblance encode' wrote.");
        }
        if (firstOnly)
        {
            using RowFileReader reader = new(path);
            return new CodesFile(new Codes(1, []), [], reader.Metadata);
        }
        CodesFile file = CodesFile.Read(path);
        return file.Items.Any(item => item.Labels.Count > 0)
            ? file
            : throw new InvalidDataException($"{path}: none of its {file.Items.Count} codes has a label; scores need them. Encode labelled images.");
    }

    private static void RequireSameModel(string queries, string queryNote, string database, string databaseNote)
    {
        if (EncodedNote.Parse(queryNote) is { } asked && EncodedNote.Parse(databaseNote) is { } searched && asked.Model != searched.Model)
        {
            throw new InvalidDataException($"{queries} was encoded by model {asked.Model} and {database} by model {searched.Model}; their codes have nothing to do with each other. Encode both with the same model.");
        }
    }

    /// <summary>Takes labels of the query file for those of the same name of the database.</summary>
    private sealed class LabelMap
    {
        private readonly int[]? labels;

        public LabelMap(string queries, string queryNote, string database, string databaseNote)
        {
            if (EncodedNote.Parse(queryNote) is not { Classes.Count: > 0 } asked || EncodedNote.Parse(databaseNote) is not { Classes.Count: > 0 } searched || asked.Classes.SequenceEqual(searched.Classes))
            {
                return;
            }
            Dictionary<string, int> places = searched.Classes.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place, StringComparer.Ordinal);
            // A class that the database does not know gets a number that nothing there has.
            labels = [.. asked.Classes.Select((name, place) => places.TryGetValue(name, out int known) ? known : searched.Classes.Count + place)];
            if (labels.All(label => label >= searched.Classes.Count))
            {
                throw new InvalidDataException($"{queries} and {database} have no class name in common; nothing would be relevant. Label both alike.");
            }
        }

        public RowItem Apply(RowItem item) => labels is null ? item : item with { Labels = [.. item.Labels.Select(label => label >= 0 && label < labels.Length ? labels[label] : label)] };
    }
}
