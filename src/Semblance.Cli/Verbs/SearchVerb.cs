using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Cli.Verbs.Indexes;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Models;
using Semblance.Serving.Stores;
using Semblance.Tensors;
using Semblance.Training;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance search</c>.</summary>
internal static class SearchVerb
{
    private const string Description =
        """
        Finds the images of an encoded collection or an index that are nearest to one or several images. The answer is
        exact; equal distances come in the order of the collection, or of the ids of the index.

        Examples:
          semblance search photos.codes query.jpg --model runs/quickstart
          semblance search photos.codes a.jpg b.jpg --model runs/quickstart -k 20 --json
          semblance search photos.index query.jpg --model runs/quickstart
        """;

    public static Command Make()
    {
        Argument<string> collection = new("collection") { Description = "A file that 'semblance encode' wrote, or the directory of an index." };
        Argument<string[]> images = new("images") { Description = "Images to search with.", Arity = ArgumentArity.OneOrMore };
        Option<string> run = new("--model") { Description = "Folder of the run whose model encoded the collection.", Required = true };
        Option<int> count = new("-k") { Description = "Images to find for each.", DefaultValueFactory = _ => 10 };
        Option<bool> json = Options.Json();
        Command verb = new("search", Description) { collection, images, run, count, json };
        verb.SetAction(parsed => Run(parsed.GetValue(collection)!, parsed.GetValue(images)!, parsed.GetValue(run)!, parsed.GetValue(count), parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string file, string[] images, string run, int count, bool json)
    {
        if (count < 1)
        {
            throw new ArgumentException($"-k is {count}; at least 1 is needed.");
        }
        using RunFolder folder = RunFolder.Open(run);
        Recipe recipe = TrainingRun.LoadRecipe(run, "device=cpu");
        using Model model = TrainingRun.LoadModel(folder, recipe);
        if (IndexFolder.Is(file))
        {
            RequireModel(file, IndexNote.Of(file), folder);
            Tell(SearchIndex(file, Encode(model, recipe, images, null), images, count), json);
            return ExitCode.Done;
        }
        EncodedCollection collection = EncodedCollection.Open(file);
        RequireModel(file, collection.Note, folder);
        Tell(Search(collection, Encode(model, recipe, images, WhiteningOf(collection, folder, file)), images, count), json);
        return ExitCode.Done;
    }

    private static void RequireModel(string file, EncodedNote? note, RunFolder folder)
    {
        if (note is not null && EncodedNote.FingerprintOf(folder.ModelFile) is { } fingerprint && note.Model != fingerprint)
        {
            throw new InvalidDataException($"{file} was encoded by model {note.Model} (run {note.Run}); {folder.Root} holds model {fingerprint}. Search with the run that encoded it, or encode again.");
        }
    }

    private static void Tell(SearchAnswer[] answers, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(answers, CliJson.Default.SearchAnswerArray));
        }
        else
        {
            Array.ForEach(answers, answer => Print(Terminal.Out(), answer));
        }
    }

    private static SearchAnswer[] SearchIndex(string path, EncodedSet queries, string[] images, int count)
    {
        using LiveIndex index = IndexFolder.Read(path);
        if (queries.Width != index.Bits)
        {
            throw new InvalidDataException($"{path} holds codes of {index.Bits} bits and the model gives {queries.Width} values. Search with the model that encoded them.");
        }
        ItemMatch[][] found = index.Nearest(Codes.FromSigns(queries.Rows, queries.Width), count, new LiveSearchOptions { Items = true });
        return [.. found.Select((hits, query) => new SearchAnswer(images[query], [.. hits.Select((hit, rank) => new SearchHit(rank + 1, hit.Id.ToString(), hit.Distance, hit.Item?.Tags ?? []))]))];
    }

    /// <summary>What the rows of the collection went through.</summary>
    private static Whitening? WhiteningOf(EncodedCollection collection, RunFolder folder, string file)
    {
        if (collection.Note?.Whitening is not { } fingerprint)
        {
            return null;
        }
        Whitening whitening = Whitening.Load(folder.WhiteningFile);
        return whitening.Fingerprint == fingerprint
            ? whitening
            : throw new InvalidDataException($"{file} was whitened by {fingerprint}; {folder.WhiteningFile} is {whitening.Fingerprint}, of a later evaluation. Whiten as before with 'semblance evaluate', or encode again.");
    }

    private static EncodedSet Encode(Model model, Recipe recipe, string[] images, Whitening? whitening)
    {
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = TrainingJob.LoaderThreads(recipe), Whitening = whitening });
        return encoder.EncodeAll(DatasetSource.OfFiles(images));
    }

    private static SearchAnswer[] Search(EncodedCollection collection, EncodedSet queries, string[] images, int count)
    {
        FoundRow[][] found = collection.Nearest(queries, count);
        return [.. found.Select((rows, query) => new SearchAnswer(images[query], [.. rows.Select((hit, rank) => new SearchHit(rank + 1, collection.Items[hit.Row].Id, Math.Round(hit.Distance, 6), Labels(collection, hit.Row)))]))];
    }

    private static string[] Labels(EncodedCollection collection, int row)
    {
        IReadOnlyList<string> classes = collection.Note?.Classes ?? [];
        return [.. collection.Items[row].Labels.Select(label => label < classes.Count ? classes[label] : label.ToString(CultureInfo.InvariantCulture))];
    }

    private static void Print(IAnsiConsole console, SearchAnswer answer)
    {
        console.WriteLine(answer.Query);
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("#").RightAligned()).AddColumn(new TableColumn("distance").RightAligned()).AddColumn("image").AddColumn("labels");
        foreach (SearchHit hit in answer.Hits)
        {
            table.AddRow(hit.Rank.ToString(CultureInfo.InvariantCulture), hit.Distance.ToString("0.####", CultureInfo.InvariantCulture), hit.Id.EscapeMarkup(), string.Join(", ", hit.Labels).EscapeMarkup());
        }
        console.Write(table);
    }
}
