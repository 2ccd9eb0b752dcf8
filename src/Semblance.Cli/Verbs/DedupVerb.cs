using System.CommandLine;
using System.Globalization;
using Semblance.Cli.Verbs.Indexes;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance dedup</c>.</summary>
internal static class DedupVerb
{
    private const string SeenName = "seen.codes";

    private const string Description =
        """
        Finds near-duplicates: groups of images that are the same but for size, compression or a little cropping, and which
        one of each to keep. Nothing is ever deleted; you get a table, a JSON file and a page to look at.

        A folder of images needs no model: a perceptual hash of 96 bits tells what an image looks like. With --model the
        codes of a trained hash model are compared instead, and instead of a folder a file of codes that 'semblance encode'
        wrote or an index can be given. All pairs within the radius are found, none is missed; what hangs together by such
        pairs is one group. Codes of images that have been seen stay in the output folder, so that the same command later
        encodes only what is new or changed. Images that cannot be read are listed and passed over.

        Examples:
          semblance dedup photos
          semblance dedup photos --keep oldest --radius 5 --out found
          semblance dedup photos.codes --images photos --radius 2
          semblance dedup photos.index --radius 3
        """;

    public static Command Make()
    {
        Argument<string> source = new("source") { Description = "A folder of images, a file of codes, or the directory of an index." };
        Option<int?> radius = new("--radius") { Description = $"Bits in which codes of near-duplicates may differ (default: {PerceptualHash.Radius} of {PerceptualHash.Bits} of the perceptual hash, which finds 99 of 100 resized, recompressed or slightly cropped copies of photographs and takes fewer than one in a million other pairs for near-duplicates; 0 of codes of a model, which tell what an image shows rather than which image it is)." };
        Option<KeepRule> keep = new("--keep") { Description = "Which image of a group to keep: resolution (most pixels), oldest or newest (by the time of the file), or first.", DefaultValueFactory = _ => KeepRule.Resolution };
        Option<string?> run = new("--model") { Description = "Folder of a run with a hash model, to encode a folder of images with." };
        Option<string?> images = new("--images") { Description = "Folder of the images of a file of codes or of an index, to show them and to choose by size or age; ids are paths in it." };
        Option<string> output = new("--out") { Description = "Folder for table, JSON, page and the codes of what was seen.", DefaultValueFactory = _ => "duplicates" };
        Option<int> threads = new("--threads") { Description = "Threads; 0 for one a processor. The result does not depend on it.", DefaultValueFactory = _ => 0 };
        Option<bool> json = Options.Json();
        Command verb = new("dedup", Description) { source, radius, keep, run, images, output, threads, json };
        verb.SetAction(parsed => Run(new Request(
            parsed.GetValue(source)!, parsed.GetValue(radius), parsed.GetValue(keep), parsed.GetValue(run), parsed.GetValue(images), parsed.GetValue(output)!, parsed.GetValue(threads), parsed.GetValue(json))));
        return verb;
    }

    private sealed record Request(string Source, int? Radius, KeepRule Keep, string? Run, string? Images, string Output, int Threads, bool Json)
    {
        /// <summary>Whether the source is a folder of images.</summary>
        public bool IsFolder => Directory.Exists(Source) && !IndexFolder.Is(Source);

        public int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;
    }

    /// <summary>What is compared: codes, the images that they are of, and how they were made.</summary>
    private sealed record Collection(Codes Codes, IReadOnlyList<ImageEntry> Images, string CodedBy, int Radius, int Encoded, IReadOnlyList<string> Skipped);

    private static int Run(Request request)
    {
        Require(request);
        using Interruption interruption = new();
        DeduplicationResult result;
        try
        {
            result = RunProgress.Show(observer =>
            {
                Collection collection = Open(request, observer, interruption.Token);
                DeduplicationResult found = Compare(request, collection, observer, interruption.Token);
                found.Write(request.Output);
                return found;
            });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Stopped; what was encoded stays in {request.Output}, and the same command goes on with it.");
            throw;
        }
        Tell(request, result);
        return ExitCode.Done;
    }

    private static void Require(Request request)
    {
        if (request.Radius < 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--radius is {request.Radius}; 0 (equal codes) or more is needed."));
        }
        if (request.Threads < 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--threads is {request.Threads}; 0 (one a processor) or more is needed."));
        }
        if (!Path.Exists(request.Source))
        {
            throw new FileNotFoundException($"{request.Source} is not there. Give a folder of images, a file that 'semblance encode' wrote, or an index.");
        }
        if (request.IsFolder && request.Images is not null)
        {
            throw new ArgumentException("--images is for a file of codes or an index; a folder of images is shown as it is. Leave it out.");
        }
        if (!request.IsFolder && request.Run is not null)
        {
            throw new ArgumentException($"--model encodes a folder of images; {request.Source} is none. Leave it out, or name the folder.");
        }
        if (request.Images is { } images && !Directory.Exists(images))
        {
            throw new DirectoryNotFoundException($"{images} is not there; --images needs the folder from which the ids of {request.Source} start.");
        }
    }

    private static Collection Open(Request request, IRunObserver observer, CancellationToken stop)
    {
        if (!request.IsFolder)
        {
            return IndexFolder.Is(request.Source) ? OfIndex(request) : OfFile(request);
        }
        Dataset data = DatasetSource.Open(request.Source, DatasetKind.Images, new DatasetOptions { Lenient = true });
        return request.Run is { } run ? OfModel(request, run, data, observer, stop) : OfFolder(request, data, ImageCoder.Perceptual(request.ThreadCount), observer, stop);
    }

    private static Collection OfFile(Request request)
    {
        EncodedCollection file = EncodedCollection.Open(request.Source);
        Codes codes = file.Codes ?? throw new InvalidDataException($"{request.Source} holds {file.Format}; near-duplicates are found by codes. Encode with a hash model, or give the folder of the images.");
        ImageEntry[] images = [.. file.Items.Select(item => Entry(request, item.Id))];
        bool perceptual = file.Note?.Model == PerceptualHash.Name;
        return new Collection(codes, images, file.Note is { } note ? $"{note.Run} ({note.Model})" : "another program", perceptual ? PerceptualHash.Radius : 0, 0, []);
    }

    private static Collection OfIndex(Request request)
    {
        (Codes codes, IReadOnlyList<ItemId> ids) = IndexFolder.AllOf(request.Source);
        return new Collection(codes, [.. ids.Select(id => Entry(request, id.ToString()))], "what was put into the index", 0, 0, []);
    }

    private static ImageEntry Entry(Request request, string id) => new(id, request.Images is { } folder ? Path.Combine(folder, id) : null);

    private static Collection OfModel(Request request, string run, Dataset data, IRunObserver observer, CancellationToken stop)
    {
        using RunCoder opened = RunCoder.Open(run, request.ThreadCount);
        return OfFolder(request, data, opened.Coder, observer, stop);
    }

    private static Collection OfFolder(Request request, Dataset data, ImageCoder coder, IRunObserver observer, CancellationToken stop)
    {
        FolderCodes seen = SeenImages.Update(Path.Combine(request.Output, SeenName), data, coder, done => observer.Progressed("encoding", done, data.Count), stop);
        ImageEntry[] images = [.. seen.Indices.Select(index => new ImageEntry(data.Items[index].Id, data.Describe(index)))];
        return new Collection(seen.Codes, images, coder.Note.Model == PerceptualHash.Name ? $"the perceptual hash ({PerceptualHash.Name})" : $"{coder.Note.Run} ({coder.Note.Model})", coder.Radius, seen.Encoded, seen.Skipped);
    }

    private static DeduplicationResult Compare(Request request, Collection collection, IRunObserver observer, CancellationToken stop)
    {
        int radius = request.Radius ?? collection.Radius;
        NearDuplicateOptions options = new() { Threads = request.Threads, Cancellation = stop, Progress = (done, all) => observer.Progressed("comparing", done, all) };
        return new DeduplicationResult
        {
            Source = request.Source,
            CodedBy = collection.CodedBy,
            Bits = collection.Codes.Bits,
            Radius = radius,
            Keep = request.Keep,
            Images = collection.Images.Count,
            Encoded = collection.Encoded,
            Skipped = collection.Skipped,
            Groups = DuplicateImages.Find(collection.Codes, collection.Images, radius, request.Keep, options),
        };
    }

    private static void Tell(Request request, DeduplicationResult result)
    {
        if (result.Skipped.Count > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: {result.Skipped.Count} images could not be read and were passed over; {Path.Combine(request.Output, DeduplicationResult.JsonName)} lists them, the first: {result.Skipped[0]}"));
        }
        if (request.Json)
        {
            Console.Out.WriteLine(result.ToJson());
            return;
        }
        Console.Out.WriteLine(result.Summary);
        string encoded = !request.IsFolder ? "" : string.Create(CultureInfo.InvariantCulture, $"; {result.Encoded} images were encoded now, {result.Images - result.Encoded} were known");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"radius {result.Radius} of {result.Bits} bits{encoded}"));
        Console.Out.WriteLine($"table: {Path.Combine(request.Output, DeduplicationResult.TableName)}");
        Console.Out.WriteLine($"page: {Path.Combine(request.Output, DeduplicationResult.PageName)}");
    }
}
