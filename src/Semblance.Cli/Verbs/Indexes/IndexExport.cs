using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.IO;
using Semblance.Serving.Stores;
using Semblance.Training;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index export</c>.</summary>
internal static class IndexExport
{
    private const int RowsOfPart = 1 << 16;

    public static Command Make()
    {
        Argument<string> index = new("index") { Description = "The directory of the index." };
        Argument<string> file = new("file") { Description = "The file to write." };
        Option<CodeFormat?> format = new("--format") { Description = "codes, csv, faiss, npy or raw (default: by the name of the file: .codes, .csv, .faiss, .npy, .bin)." };
        Option<bool> json = Options.Json();
        Command verb = new("export",
            """
            Writes the codes of an index into a file, in the order of their ids; the index may be written meanwhile. Tables
            (CSV) take everything: ids, tags and payloads; .codes takes the ids and says which model made the codes. What a
            format cannot hold is left out; ids go, one a line, into a second file FILE.ids.txt where the format has none,
            which 'semblance index import --ids' reads.

            Examples:
              semblance index export photos.index photos.csv
              semblance index export photos.index photos.faiss
              semblance index export photos.index photos.npy --json
            """) { index, file, format, json };
        verb.SetAction(parsed => Run(parsed.GetValue(index)!, parsed.GetValue(file)!, parsed.GetValue(format), parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string path, string file, CodeFormat? asked, bool json)
    {
        CodeFormat format = asked ?? CodeFormats.ByName(file) ?? throw new ArgumentException($"the name {file} tells no format; name it .codes, .csv, .faiss, .npy or .bin, or say it with --format.");
        using Interruption interruption = new();
        using LiveIndex index = IndexFolder.Read(path);
        string? list = HasIds(format, index.Ids) ? null : file + ".ids.txt";
        Target target = new(file, format, IndexNote.Of(path));
        long rows = RunProgress.Show(observer => Write(index, target, list, observer, interruption.Token));
        ExportAnswer answer = new(file, format.ToString().ToLowerInvariant(), rows, index.Bits, list);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(answer, CliJson.Default.ExportAnswer)
            : string.Create(CultureInfo.InvariantCulture, $"{file}: {rows} codes of {index.Bits} bits{(list is null ? "" : $"; ids: {list}")}"));
        return ExitCode.Done;
    }

    private static bool HasIds(CodeFormat format, IdKind ids) => format is CodeFormat.Codes or CodeFormat.Csv || (format == CodeFormat.Faiss && ids == IdKind.Number);

    private static long Write(LiveIndex index, Target target, string? list, IRunObserver observer, CancellationToken stop)
    {
        bool whole = false;
        try
        {
            using Snapshot snapshot = index.Snapshot();
            long count = snapshot.Count, done = 0;
            IEnumerable<Item[]> parts = snapshot.Items().Chunk(RowsOfPart).Select(part =>
            {
                stop.ThrowIfCancellationRequested();
                done += part.Length;
                observer.Progressed("exporting", (int)Math.Min(done, int.MaxValue), (int)Math.Min(count, int.MaxValue));
                return part;
            });
            if (list is null)
            {
                Write(index, target, count, parts);
            }
            else
            {
                AtomicFile.Write(list, stream => WithIds(stream, parts, rows => Write(index, target, count, rows)));
            }
            whole = true;
            return done;
        }
        catch (IOException exception) when (exception is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new SemblanceException(AtomicFile.Explain(target.File, exception), exception);
        }
        finally
        {
            if (!whole)
            {
                // Nothing goes on with it.
                File.Delete(RowFileWriter.PartialPath(target.File));
            }
        }
    }

    /// <summary>Writes the ids of the parts as they pass.</summary>
    private static void WithIds(Stream stream, IEnumerable<Item[]> parts, Action<IEnumerable<Item[]>> write)
    {
        using StreamWriter ids = new(stream, leaveOpen: true) { NewLine = "\n" };
        write(parts.Select(part =>
        {
            foreach (Item item in part)
            {
                string text = item.Id.ToString();
                ids.WriteLine(text.AsSpan().ContainsAny('\r', '\n') ? throw new InvalidDataException($"the id \"{text.ReplaceLineEndings(" ")}\" has a line end, and a list has an id a line. Export a table (CSV).") : text);
            }
            return part;
        }));
    }

    private static void Write(LiveIndex index, Target target, long count, IEnumerable<Item[]> parts)
    {
        string file = target.File;
        switch (target.Format)
        {
            case CodeFormat.Codes:
                WriteCollection(index, target, parts);
                break;
            case CodeFormat.Csv:
                WriteTable(index, file, parts);
                break;
            case CodeFormat.Faiss:
                WriteFaiss(index, file, count, parts);
                break;
            case CodeFormat.Npy:
                WriteNpy(index, file, parts);
                break;
            default:
                RawCodesFile.Write(file, parts.Select(part => CodesOf(index, part)));
                break;
        }
    }

    private static void WriteCollection(LiveIndex index, Target target, IEnumerable<Item[]> parts)
    {
        using RowFileWriter writer = RowFileWriter.Create(target.File, new RowFormat(RowKind.Code, index.Bits), target.Note?.ToJson() ?? "");
        foreach (Item[] part in parts)
        {
            writer.Append(CodesOf(index, part), Array.ConvertAll(part, item => new RowItem(item.Id.ToString())));
        }
        writer.Complete();
    }

    private static void WriteTable(LiveIndex index, string file, IEnumerable<Item[]> parts)
    {
        using CsvCodesWriter writer = new(file, index.Bits, tags: true, payload: true);
        foreach (Item[] part in parts)
        {
            writer.Append(new CsvRows(CodesOf(index, part), Array.ConvertAll(part, item => new CsvItem(item.Id.ToString(), item.Tags, item.Payload))));
        }
        writer.Complete();
    }

    private static void WriteFaiss(LiveIndex index, string file, long count, IEnumerable<Item[]> parts)
    {
        bool withIds = index.Ids == IdKind.Number;
        using FaissBinaryWriter writer = new(file, index.Bits, count, withIds);
        foreach (Item[] part in parts)
        {
            writer.Append(CodesOf(index, part), withIds ? Array.ConvertAll(part, item => item.Id.Number) : null);
        }
        writer.Complete();
    }

    private static void WriteNpy(LiveIndex index, string file, IEnumerable<Item[]> parts)
    {
        using NpyWriter<byte> writer = new(file, Codes.BytesFor(index.Bits));
        foreach (Item[] part in parts)
        {
            writer.Append(CodesOf(index, part).ToBytes());
        }
        writer.Complete();
    }

    private static Codes CodesOf(LiveIndex index, Item[] part)
    {
        int words = Codes.WordsFor(index.Bits);
        ulong[] all = new ulong[part.Length * words];
        for (int i = 0; i < part.Length; i++)
        {
            part[i].Code.Span.CopyTo(all.AsSpan(i * words));
        }
        return new Codes(index.Bits, all);
    }

    /// <summary>What is written.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Format">Its format.</param>
    /// <param name="Note">The model that made the codes, where it is known.</param>
    private sealed record Target(string File, CodeFormat Format, EncodedNote? Note);
}
