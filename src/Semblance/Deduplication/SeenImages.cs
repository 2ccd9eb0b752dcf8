using System.Buffers.Binary;
using System.Security.Cryptography;
using Semblance.Data;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.IO;

namespace Semblance.Deduplication;

/// <summary>The codes of the images of a folder.</summary>
/// <param name="Codes">One code an image that could be read, in the order of the folder.</param>
/// <param name="Indices">The images, by their index in the data set.</param>
/// <param name="Encoded">Images that were encoded now: new ones and changed ones.</param>
/// <param name="Skipped">Images that could not be read, each in a sentence.</param>
public sealed record FolderCodes(Codes Codes, IReadOnlyList<int> Indices, int Encoded, IReadOnlyList<string> Skipped);

/// <summary>Keeps the codes of images that have been seen, in a file, so that only new and changed images are encoded.</summary>
/// <remarks>
/// An image is the same as before where path, length and time of its last change are. The file is one of codes like that of <c>encode</c>, and goes on after an interruption
/// in the same way; codes of another model or hash are made anew, and so is a damaged file.
/// </remarks>
public static class SeenImages
{
    private const int RowsOfBlock = 4_096;

    /// <summary>Encodes what the file does not hold yet and gives the codes of all images.</summary>
    /// <param name="path">The file; made where it is missing.</param>
    /// <param name="data">Images that are files.</param>
    /// <param name="coder">How they are encoded.</param>
    /// <param name="progress">Hears of the number of images done.</param>
    /// <param name="stop">Stops between parts; what is done stays for the next call.</param>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static FolderCodes Update(string path, Dataset data, ImageCoder coder, Action<int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(coder);
        ulong[] stamps = [.. Enumerable.Range(0, data.Count).Select(index => StampOf(data.Describe(index)))];
        (CodesFile old, int[] known) = Known(path, data, stamps, coder);
        int missing = known.Count(row => row < 0);
        if (missing == 0 && known.Length == old.Codes.Count)
        {
            return new FolderCodes(old.Codes.Rows(known), [.. Enumerable.Range(0, data.Count)], 0, []);
        }
        (int encoded, List<string> skipped) = Write(path, data, stamps, coder, old, known, progress, stop);
        (CodesFile now, int[] rows) = Known(path, data, stamps, coder);
        int[] read = [.. Enumerable.Range(0, data.Count).Where(index => rows[index] >= 0)];
        return new FolderCodes(now.Codes.Rows([.. read.Select(index => rows[index])]), read, encoded, skipped);
    }

    /// <summary>What the file holds, and for each image its row there, or -1.</summary>
    private static (CodesFile File, int[] Rows) Known(string path, Dataset data, ulong[] stamps, ImageCoder coder)
    {
        CodesFile file = ReadOrNone(path, coder);
        Dictionary<(string Id, ulong Stamp), int> rows = [];
        for (int row = 0; row < file.Items.Count; row++)
        {
            rows[(file.Items[row].Id, file.Items[row].ContentHash)] = row;
        }
        return (file, [.. Enumerable.Range(0, data.Count).Select(index => rows.GetValueOrDefault((data.Items[index].Id, stamps[index]), -1))]);
    }

    private static CodesFile ReadOrNone(string path, ImageCoder coder)
    {
        try
        {
            if (File.Exists(path) && CodesFile.Read(path) is { } file && file.Metadata == coder.Note.ToJson() && file.Codes.Bits == coder.Bits)
            {
                return file;
            }
        }
        catch (InvalidDataException)
        {
            // It is made anew.
        }
        return new CodesFile(new Codes(coder.Bits, []), [], "");
    }

    private static (int Encoded, List<string> Skipped) Write(string path, Dataset data, ulong[] stamps, ImageCoder coder, CodesFile old, int[] known, Action<int>? progress, CancellationToken stop)
    {
        try
        {
            using RowFileWriter writer = Begin(path, coder);
            HashSet<(string Id, ulong Stamp)> done = [.. writer.Restored.Select(item => (item.Id, item.ContentHash))];
            bool IsDone(int index) => done.Contains((data.Items[index].Id, stamps[index]));
            RowItem ItemOf(int index) => new(data.Items[index].Id, data.Items[index].Labels, stamps[index]);
            foreach (int[] part in Enumerable.Range(0, data.Count).Where(index => known[index] >= 0 && !IsDone(index)).Chunk(RowsOfBlock))
            {
                writer.Append(old.Codes.Rows([.. part.Select(index => known[index])]), [.. part.Select(ItemOf)]);
            }
            int[] rest = [.. Enumerable.Range(0, data.Count).Where(index => known[index] < 0 && !IsDone(index))];
            List<string> skipped = [];
            int seen = data.Count - rest.Length, encoded = 0;
            foreach (CodedImages part in rest.Length == 0 ? [] : coder.Encode(data.Subset(rest, data.Name), stop))
            {
                writer.Append(part.Codes, [.. part.Indices.Select(index => ItemOf(rest[index]))]);
                skipped.AddRange(part.Skipped);
                encoded += part.Indices.Count;
                progress?.Invoke(seen + encoded + skipped.Count);
                stop.ThrowIfCancellationRequested();
            }
            writer.Complete();
            return (encoded, skipped);
        }
        catch (IOException exception)
        {
            throw new SemblanceException($"{AtomicFile.Explain(path, exception)} What was encoded stays in {RowFileWriter.PartialPath(path)}; the same command goes on with it.", exception);
        }
    }

    private static RowFileWriter Begin(string path, ImageCoder coder)
    {
        RowFormat format = new(RowKind.Code, coder.Bits);
        try
        {
            return RowFileWriter.Resume(path, format, coder.Note.ToJson());
        }
        catch (InvalidDataException)
        {
            // What was begun with another model or hash.
            return RowFileWriter.Create(path, format, coder.Note.ToJson());
        }
    }

    private static ulong StampOf(string path)
    {
        FileInfo file = new(path);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, file.Exists ? file.Length : -1);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], file.Exists ? file.LastWriteTimeUtc.Ticks : 0);
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes)) | 1;
    }
}
