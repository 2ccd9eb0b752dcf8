using System.Runtime.InteropServices;

namespace Semblance.Index.Files;

/// <summary>Writes a file of codes or embeddings block by block, beside its final place, and renames it when it is complete.</summary>
/// <remarks>
/// While it is being written the file is called <c>PATH.partial</c>. Blocks that were appended before an interruption survive it: a new writer of the
/// same path, format and metadata goes on behind them, and <see cref="Restored"/> says which items need not be encoded again.
/// </remarks>
public sealed class RowFileWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private int _blocks;

    private RowFileWriter(string path, RowFormat format, FileStream stream, IReadOnlyList<RowItem> restored, int blocks)
    {
        _path = path;
        _stream = stream;
        _blocks = blocks;
        Format = format;
        Restored = restored;
        Rows = restored.Count;
    }

    /// <summary>What the rows are.</summary>
    public RowFormat Format { get; }

    /// <summary>Items that an interrupted writer had stored.</summary>
    public IReadOnlyList<RowItem> Restored { get; }

    /// <summary>Rows stored so far, the restored ones included.</summary>
    public long Rows { get; private set; }

    /// <summary>Begins a file anew; an unfinished one of the same path is replaced.</summary>
    /// <param name="path">The final path; it appears, or is replaced, only by <see cref="Complete"/>.</param>
    /// <param name="format">What the rows are.</param>
    /// <param name="metadata">JSON text to store, or nothing.</param>
    public static RowFileWriter Create(string path, RowFormat format, string metadata = "")
    {
        Require(path, format, metadata);
        FileStream stream = CreatePartial(path);
        stream.Write(RowFileLayout.Header(format, metadata));
        return new RowFileWriter(path, format, stream, [], 0);
    }

    /// <summary>Goes on with an unfinished file of the same path, format and metadata; begins anew where there is none.</summary>
    /// <exception cref="InvalidDataException">The unfinished file has other rows or metadata.</exception>
    public static RowFileWriter Resume(string path, RowFormat format, string metadata = "")
    {
        Require(path, format, metadata);
        string partial = PartialPath(path);
        if (!File.Exists(partial) || new FileInfo(partial).Length < RowFileLayout.Header(format, metadata).Length)
        {
            return Create(path, format, metadata);
        }

        (List<RowItem> items, int blocks, long length) = ReadWholeBlocks(partial, format, metadata);
        var stream = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        stream.SetLength(length);
        stream.Position = length;
        return new RowFileWriter(path, format, stream, items, blocks);
    }

    /// <summary>Where a file is while it is being written.</summary>
    public static string PartialPath(string path) => path + ".partial";

    /// <summary>Appends codes as one block and hands it to the operating system.</summary>
    public void Append(Codes codes, IReadOnlyList<RowItem> items)
    {
        ArgumentNullException.ThrowIfNull(codes);
        RequireFormat(new RowFormat(RowKind.Code, codes.Bits));
        Append(codes.ToBytes(), items);
    }

    /// <summary>Appends embeddings, row-major, as one block and hands it to the operating system.</summary>
    public void Append(ReadOnlySpan<float> embeddings, IReadOnlyList<RowItem> items)
    {
        RequireFormat(Format with { Kind = RowKind.Embedding });
        Append(MemoryMarshal.AsBytes(embeddings).ToArray(), items);
    }

    /// <summary>Closes the file with its end mark, flushes it to the disk and gives it its name.</summary>
    public void Complete()
    {
        _stream.Write(RowFileLayout.End(Rows, _blocks));
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(PartialPath(_path), _path, overwrite: true);
    }

    /// <summary>Closes the unfinished file and leaves it for <see cref="Resume"/>; after <see cref="Complete"/> it does nothing.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Creates the file beside, and its folder where it is missing.</summary>
    internal static FileStream CreatePartial(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        return new FileStream(PartialPath(path), FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
    }

    private void Append(byte[] rows, IReadOnlyList<RowItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (rows.Length != (long)items.Count * Format.BytesPerRow)
        {
            throw new ArgumentException($"{rows.Length} bytes of rows came with {items.Count} items; {Format} take {Format.BytesPerRow} bytes each. Give one item a row.", nameof(items));
        }

        if (items.Count == 0)
        {
            return;
        }

        _stream.Write(RowFileLayout.Block(new RowBlock(Format, items, rows)));
        _stream.Flush();
        Rows += items.Count;
        _blocks++;
    }

    private void RequireFormat(RowFormat given)
    {
        if (given != Format)
        {
            throw new ArgumentException($"{given} were appended; {_path} holds {Format}. Begin another file for them.");
        }
    }

    private static void Require(string path, RowFormat format, string metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Width, 1, nameof(format));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Width, format.Kind == RowKind.Code ? Codes.MaxBits : 1 << 20, nameof(format));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(metadata.Length, RowFileLayout.MaxMetadata / 4, nameof(metadata));
    }

    private static (List<RowItem> Items, int Blocks, long Length) ReadWholeBlocks(string partial, RowFormat format, string metadata)
    {
        using var reader = new RowFileReader(partial);
        if (reader.Format != format || reader.Metadata != metadata)
        {
            throw new InvalidDataException($"{partial}: this unfinished file holds {reader.Format} of another model or setting; {format} are to be written. Delete it, or go on with the settings that began it.");
        }

        var items = new List<RowItem>();
        while (reader.Next(out _) is { } block)
        {
            items.AddRange(block.Items);
        }

        return (items, reader.Progress.Blocks, reader.GoodLength);
    }
}
