namespace Semblance.Index.Files;

/// <summary>Writes a two-dimensional <c>.npy</c> file row block by row block, beside its place, and renames it when it is complete.</summary>
/// <typeparam name="T">byte, int, long, float or double.</typeparam>
public sealed class NpyWriter<T> : IDisposable
    where T : unmanaged
{
    private const int HeaderLength = 128;
    private readonly int _columns;
    private readonly PartialFile _file;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The final path; it appears only by <see cref="Complete"/>.</param>
    /// <param name="columns">Elements a row.</param>
    public NpyWriter(string path, int columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        _columns = columns;
        _file = new PartialFile(path);
        WriteHeader();
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Appends whole rows.</summary>
    public void Append(ReadOnlySpan<T> rows)
    {
        if (rows.Length % _columns != 0)
        {
            throw new ArgumentException($"{rows.Length} elements are not whole rows of {_columns}.", nameof(rows));
        }

        NpyFile.WriteElements(_file.Stream, rows);
        Rows += rows.Length / _columns;
    }

    /// <summary>Writes the number of rows into the header, flushes to the disk and gives the file its name.</summary>
    public void Complete()
    {
        _file.Stream.Position = 0;
        WriteHeader();
        _file.Complete();
    }

    /// <summary>Closes the file; an incomplete one is deleted.</summary>
    public void Dispose() => _file.Dispose();

    private void WriteHeader() => _file.Stream.Write(new NpyHeader(NpyFile.TypeText<T>(), [Rows, _columns], FortranOrder: false).ToBytes(HeaderLength));
}
