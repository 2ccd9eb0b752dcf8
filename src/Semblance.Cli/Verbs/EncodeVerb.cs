using System.CommandLine;
using System.Globalization;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Index.Files;
using Semblance.IO;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance encode</c>.</summary>
internal static class EncodeVerb
{
    private const string Description =
        """
        Encodes every image of a folder, table or archive with a trained model, into one file that can be searched.

        A hash model gives codes, an embedding model embeddings. Collections of any size are streamed; an interrupted
        encoding goes on where it stopped when the same command is given again. Images that cannot be read are passed
        over, counted, and listed in FILE.skipped.txt.

        Examples:
          semblance encode runs/quickstart photos --out photos.codes
          semblance encode runs/cars photos.csv --out photos.embeddings --npy photos.npy
          semblance encode runs/cars photos --out photos.embeddings --whiten
        """;

    public static Command Make()
    {
        Argument<string> run = new("run") { Description = "Folder of the trained run." };
        Argument<string> source = new("images") { Description = "A folder (with or without class folders), a CSV table, a .tar, a .jpgs.gz or a CIFAR file." };
        Option<string> output = new("--out") { Description = "The file to write.", Required = true };
        Option<string?> npy = new("--npy") { Description = "Also write the rows as an .npy array, and their ids beside it." };
        Option<bool> whiten = new("--whiten") { Description = "Whiten the embeddings as the run's last 'semblance evaluate --whiten' did." };
        Option<int> batch = new("--batch") { Description = "Images that the model sees at a time.", DefaultValueFactory = _ => 64 };
        Option<string> device = new("--device") { Description = "cpu or cuda[:N].", DefaultValueFactory = _ => "cpu" };
        Option<bool> json = Options.Json();
        Command verb = new("encode", Description) { run, source, output, npy, whiten, batch, device, json };
        verb.SetAction(parsed => Run(new Request(parsed.GetValue(run)!, parsed.GetValue(source)!, parsed.GetValue(output)!, parsed.GetValue(npy), parsed.GetValue(whiten), parsed.GetValue(batch), parsed.GetValue(device)!, parsed.GetValue(json))));
        return verb;
    }

    private sealed record Request(string Run, string Source, string Output, string? Npy, bool Whiten, int Batch, string Device, bool Json);

    private static int Run(Request request)
    {
        if (request.Batch < 1)
        {
            throw new ArgumentException($"--batch is {request.Batch}; at least 1 is needed.");
        }
        using RunFolder folder = RunFolder.Open(request.Run);
        Recipe recipe = TrainingRun.LoadRecipe(request.Run, $"device={request.Device}");
        using Model model = TrainingRun.LoadModel(folder, recipe);
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        Dataset images = DatasetSource.Open(request.Source, options: new DatasetOptions { Lenient = true });
        foreach (string problem in images.Problems)
        {
            Console.Error.WriteLine($"warning: {problem}");
        }
        Whitening? whitening = request.Whiten ? Whitening.Load(folder.WhiteningFile) : null;
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Batch = request.Batch, Threads = TrainingJob.LoaderThreads(recipe), Device = Device.Parse(request.Device), SkipDamaged = true, Whitening = whitening });
        EncodedNote note = new(recipe.Name, EncodedNote.FingerprintOf(folder.ModelFile), DataOpening.Transform(recipe.Data, augment: false).Key, images.ClassNames) { Whitening = whitening?.Fingerprint };
        RowKind kind = recipe.Model.Head == HeadKind.Hash ? RowKind.Code : RowKind.Embedding;
        using Interruption interruption = new();
        EncodedCounts counts;
        try
        {
            counts = RunProgress.Show(observer => EncodedFile.Write(request.Output, encoder, images, kind, note, done => observer.Progressed("encoding", done, images.Count), interruption.Token));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Stopped; {RowFileWriter.PartialPath(request.Output)} holds what is encoded, and the same command goes on with it.");
            throw;
        }
        Tell(request, counts, new RowFormat(kind, encoder.Width));
        return ExitCode.Done;
    }

    private static void Tell(Request request, EncodedCounts counts, RowFormat format)
    {
        if (request.Npy is { } npy)
        {
            EncodedFile.WriteNpy(request.Output, npy);
        }
        string list = request.Output + ".skipped.txt";
        if (counts.Skipped.Count > 0)
        {
            AtomicFile.WriteText(list, string.Concat(counts.Skipped.Select(sentence => sentence + "\n")));
        }
        if (request.Json)
        {
            Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(new EncodeAnswer(request.Output, counts.Rows, counts.Restored, counts.Skipped.Count, format.ToString()), CliJson.Default.EncodeAnswer));
            return;
        }
        string restored = counts.Restored > 0 ? string.Create(CultureInfo.InvariantCulture, $", {counts.Restored} of them from before the interruption") : "";
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request.Output}: {counts.Rows} {format}{restored}"));
        if (counts.Skipped.Count > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: {counts.Skipped.Count} images could not be read and were passed over; {list} lists them, the first: {counts.Skipped[0]}"));
        }
    }
}
