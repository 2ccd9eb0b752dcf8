using System.CommandLine;
using System.Globalization;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Ingestion;
using Semblance.Serving.Stores;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance ingest</c>.</summary>
internal static class IngestVerb
{
    private const string Description =
        """
        Brings an index into step with a folder of images: new files are encoded and added, changed ones encoded again, moved
        ones get their new name, and those that are gone are deleted. With --watch it goes on doing so until it is stopped.

        An item's id is the path of its file in the folder. What a file was like is kept with its item, so that a second run
        encodes only what has changed, also after a run that was cut off. Items that were not made of files, tags that people
        gave and what else a payload holds are left alone. Files that cannot be read are listed and passed over. If more
        than half of the images are gone, as when a disk is not mounted, nothing is changed.

        The index may be a directory (made where there is none), a database, or a running service, which encodes the images
        itself; only one process writes to a directory, so give --service where 'semblance serve' has it open.

        Examples:
          semblance ingest photos --index photos.index --model runs/objects
          semblance ingest photos --index photos.index --watch --tag-folders
          semblance ingest photos --service http://127.0.0.1:8080 --key-file key.txt --watch
        """;

    private sealed record Request(string Folder, string? Index, string? Service, string? KeyFile, string? Run, bool Watch, double Interval, bool Json, IngestOptions Options);

    public static Command Make()
    {
        Argument<string> folder = new("folder") { Description = "The folder of images." };
        Option<string?> index = new("--index") { Description = "The directory of an index, made where there is none, or postgres://..." };
        Option<string?> service = new("--service") { Description = "The address of a running 'semblance serve' instead, such as http://127.0.0.1:8080." };
        Option<string?> key = new("--key-file") { Description = "A file that holds a key of the service with the write scope." };
        Option<string?> run = new("--model") { Description = "Folder of the run whose hash model encodes the images; without it the perceptual hash does." };
        Option<string?> prefix = new("--prefix") { Description = "Put before every path to make the id, for several folders in one index; other items are not touched." };
        Option<bool> tags = new("--tag-folders") { Description = "The folders that a file lies in become tags of its item." };
        Option<bool> watch = new("--watch") { Description = "Go on until stopped." };
        Option<double> interval = new("--interval") { Description = "With --watch, the longest time between two looks at the folder, in seconds; changes of which the system gives notice are taken at once.", DefaultValueFactory = _ => 60 };
        Option<bool> mass = new("--allow-mass-deletion") { Description = "Delete also where more than half of the images are gone." };
        Option<bool> json = new("--json") { Description = "Print one JSON document a pass, a line each, on standard output and nothing else." };
        Command verb = new("ingest", Description) { folder, index, service, key, run, prefix, tags, watch, interval, mass, json };
        verb.SetAction(parsed => Run(new Request(
            parsed.GetValue(folder)!, parsed.GetValue(index), parsed.GetValue(service), parsed.GetValue(key), parsed.GetValue(run), parsed.GetValue(watch), parsed.GetValue(interval), parsed.GetValue(json),
            new IngestOptions { Prefix = parsed.GetValue(prefix) ?? "", TagFolders = parsed.GetValue(tags), AllowMassDeletion = parsed.GetValue(mass), Settle = TimeSpan.FromSeconds(parsed.GetValue(watch) ? 1 : 0) })));
        return verb;
    }

    private static int Run(Request request)
    {
        Require(request);
        using Interruption interruption = new();
        return request.Service is { } service
            ? RunWith(request, new ServiceTarget(service, KeyOf(request.KeyFile)), interruption.Token)
            : RunLocally(request, interruption.Token);
    }

    private static void Require(Request request)
    {
        if (request.Index is null == request.Service is null)
        {
            throw new ArgumentException(request.Index is null ? "nothing to put the images into; give --index or --service." : "--index and --service are both given; give one of them.");
        }
        if (request.Service is not null && request.Run is not null)
        {
            throw new ArgumentException("--model does not go with --service: the service encodes with its own model. Leave it out.");
        }
        if (!double.IsFinite(request.Interval) || request.Interval < 0.1)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--interval is {request.Interval}; 0.1 seconds or more is needed."));
        }
        if (!Directory.Exists(request.Folder))
        {
            throw new DirectoryNotFoundException($"{request.Folder} {(File.Exists(request.Folder) ? "is a file" : "is not there")}. Give a folder of images.");
        }
    }

    private static string? KeyOf(string? file) => file is null ? null : File.ReadAllText(file).Trim() is { Length: > 0 } key ? key
        : throw new InvalidDataException($"{file} is empty; a key of the service is needed. 'semblance keys add' makes one.");

    private static int RunLocally(Request request, CancellationToken stop)
    {
        if (request.Run is not { } run)
        {
            return RunWith(request, ImageCoder.Perceptual(Environment.ProcessorCount), stop);
        }
        using RunCoder opened = RunCoder.Open(run, Environment.ProcessorCount);
        return RunWith(request, opened.Coder, stop);
    }

    private static int RunWith(Request request, ImageCoder coder, CancellationToken stop) => Wait(async () =>
    {
        await using ISearchStore store = await SearchStores.OpenAsync(request.Index!, new StoreOptions { CreateBits = coder.Bits, CreateIds = IdKind.Text }, stop).ConfigureAwait(false);
        await RequireFit(store, coder, stop).ConfigureAwait(false);
        return await RunAsync(request, new StoreTarget(store, coder), stop).ConfigureAwait(false);
    });

    private static int RunWith(Request request, ServiceTarget service, CancellationToken stop) => Wait(async () =>
    {
        await using (service.ConfigureAwait(false))
        {
            return await RunAsync(request, service, stop).ConfigureAwait(false);
        }
    });

    private static int Wait(Func<Task<int>> work) => work().GetAwaiter().GetResult();

    private static async Task RequireFit(ISearchStore store, ImageCoder coder, CancellationToken stop)
    {
        if (store.Ids != IdKind.Text)
        {
            throw new InvalidDataException($"{store.Name} has numbers for ids and files have names. Ingest into an index whose ids are texts.");
        }
        EncodedNote? note = await store.NoteAsync(stop).ConfigureAwait(false);
        if (store.Bits != coder.Bits || (note is not null && note.Model != coder.Note.Model))
        {
            string holds = note is null ? $"codes of {store.Bits} bits" : $"codes of {store.Bits} bits of model {note.Model} ({note.Run})";
            throw new InvalidDataException($"{store.Name} holds {holds}; {coder.Note.Run} gives {coder.Bits} bits of model {coder.Note.Model}. Name the run that made them with --model, or another index.");
        }
    }

    private static async Task<int> RunAsync(Request request, IIngestTarget target, CancellationToken stop)
    {
        FolderIngest ingest = new(Path.GetFullPath(request.Folder), target, request.Options);
        PlainProgress progress = new(Console.Error);
        void Progress(int done, int total) => progress.Progressed("encoding", done, total);
        if (!request.Watch)
        {
            Tell(new WatchEvent(await ingest.RunAsync(Progress, stop).ConfigureAwait(false), null), request.Json);
            return ExitCode.Done;
        }
        Console.Error.WriteLine($"watching {request.Folder} for {target.Name}; Ctrl+C stops");
        try
        {
            await new FolderWatch(Path.GetFullPath(request.Folder), ingest, TimeSpan.FromSeconds(request.Interval)).RunAsync(told => Tell(told, request.Json), Progress, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how a watch ends.
        }
        return ExitCode.Done;
    }

    private static void Tell(WatchEvent told, bool json)
    {
        foreach (string refused in told.Report?.Refused ?? [])
        {
            Console.Error.WriteLine($"warning: {refused}");
        }
        if (told.Problem is { } problem)
        {
            Console.Error.WriteLine($"warning: {problem}");
        }
        if (told.Report is { } report)
        {
            Console.Out.WriteLine(json ? report.ToJson() : report.ToString());
        }
    }
}
