using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Data;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.IO;

namespace Semblance.Encoders;

/// <summary>What a file of codes or embeddings says of the model that made it.</summary>
/// <param name="Run">Name of the run.</param>
/// <param name="Model">Fingerprint of its weights; queries must be encoded by the same.</param>
/// <param name="Transform">How images were seen.</param>
/// <param name="Classes">Names of the classes, by index; empty where nothing is labelled.</param>
public sealed record EncodedNote(string Run, string Model, string Transform, IReadOnlyList<string> Classes)
{
    /// <summary>Fingerprint of the whitening that the rows went through; null for none. Queries must go through the same.</summary>
    public string? Whitening { get; init; }

    /// <summary>The note as the metadata of a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EncodedNoteJson.Default.EncodedNote);

    /// <summary>Reads the metadata of a file; null where it is of another program.</summary>
    public static EncodedNote? Parse(string metadata)
    {
        try
        {
            return metadata.Length == 0 ? null : JsonSerializer.Deserialize(metadata, EncodedNoteJson.Default.EncodedNote);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The fingerprint of a weight file: the beginning of its SHA-256.</summary>
    public static string FingerprintOf(string weights)
    {
        using FileStream stream = File.OpenRead(weights);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..16];
    }
}

/// <summary>What came of encoding a collection.</summary>
/// <param name="Rows">Rows in the file.</param>
/// <param name="Restored">Of these, rows that an interrupted encoding had left.</param>
/// <param name="Skipped">Images that could not be read, each in a sentence.</param>
public sealed record EncodedCounts(long Rows, long Restored, IReadOnlyList<string> Skipped);

/// <summary>Encodes a collection of any size into a file, restartable.</summary>
public static class EncodedFile
{
    /// <summary>Encodes what the file does not hold yet, block by block; the file gets its name when it is whole.</summary>
    /// <param name="path">The file. While it grows it is called <c>PATH.partial</c>, and a second call goes on with it.</param>
    /// <param name="encoder">Passes over damaged images where its options say so.</param>
    /// <param name="data">The images.</param>
    /// <param name="kind">Codes or embeddings.</param>
    /// <param name="note">Kept in the file.</param>
    /// <param name="progress">Hears of the number of images done.</param>
    /// <param name="stop">Stops between batches; what is done stays for the next call.</param>
    /// <exception cref="SemblanceException">The disk is full or the file cannot be written; what is done stays.</exception>
    public static EncodedCounts Write(string path, Encoder encoder, Dataset data, RowKind kind, EncodedNote note, Action<int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(note);
        try
        {
            using RowFileWriter writer = RowFileWriter.Resume(path, new RowFormat(kind, encoder.Width), note.ToJson());
            long restored = writer.Rows;
            List<string> skipped = Append(writer, encoder, data, progress, stop);
            writer.Complete();
            return new EncodedCounts(writer.Rows, restored, skipped);
        }
        catch (IOException exception)
        {
            throw new SemblanceException($"{AtomicFile.Explain(path, exception)} What was encoded stays in {RowFileWriter.PartialPath(path)}; the same command goes on with it.", exception);
        }
    }

    /// <summary>Copies the rows of a file into an <c>.npy</c> array, and their ids, one a line, into a text file beside it.</summary>
    /// <param name="path">Codes become rows of bytes (the first bit lowest), embeddings rows of float32.</param>
    /// <param name="npy">The array; the ids go to the same name with <c>.ids.txt</c>.</param>
    /// <exception cref="SemblanceException">The disk is full or the array cannot be written; nothing stays of it.</exception>
    public static void WriteNpy(string path, string npy)
    {
        try
        {
            List<string> ids = CopyRows(path, npy);
            AtomicFile.WriteText(Path.ChangeExtension(npy, ".ids.txt"), string.Concat(ids.Select(id => id + "\n")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(npy, exception), exception);
        }
    }

    private static List<string> CopyRows(string path, string npy)
    {
        using RowFileReader reader = new(path);
        List<string> ids = [];
        if (reader.Format.Kind == RowKind.Code)
        {
            using NpyWriter<byte> writer = new(npy, reader.Format.BytesPerRow);
            Copy(reader, ids, block => writer.Append(block.Bytes));
            writer.Complete();
        }
        else
        {
            using NpyWriter<float> writer = new(npy, reader.Format.Width);
            Copy(reader, ids, block => writer.Append(block.ToEmbeddings()));
            writer.Complete();
        }
        return ids;
    }

    private static void Copy(RowFileReader reader, List<string> ids, Action<RowBlock> append)
    {
        foreach (RowBlock block in reader.Blocks())
        {
            append(block);
            ids.AddRange(block.Items.Select(item => item.Id));
        }
    }

    private static List<string> Append(RowFileWriter writer, Encoder encoder, Dataset data, Action<int>? progress, CancellationToken stop)
    {
        HashSet<string> done = [.. writer.Restored.Select(item => item.Id)];
        int[] rest = [.. Enumerable.Range(0, data.Count).Where(index => !done.Contains(data.Items[index].Id))];
        Dataset part = rest.Length == data.Count ? data : data.Subset(rest, data.Name);
        List<string> skipped = [];
        int seen = data.Count - rest.Length;
        foreach (EncodedBatch batch in encoder.Encode(part, 0, stop))
        {
            RowItem[] items = Array.ConvertAll(batch.Indices, index => new RowItem(part.Items[index].Id, part.Items[index].Labels));
            if (writer.Format.Kind == RowKind.Code)
            {
                writer.Append(Codes.FromSigns(batch.Rows, encoder.Width), items);
            }
            else
            {
                writer.Append(batch.Rows, items);
            }
            skipped.AddRange(batch.Skipped);
            seen += items.Length + batch.Skipped.Count;
            progress?.Invoke(seen);
        }
        return skipped;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EncodedNote))]
internal sealed partial class EncodedNoteJson : JsonSerializerContext;
