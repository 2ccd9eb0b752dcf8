namespace Semblance.Index.Files;

/// <summary>A file that is being written beside its place: it gets its name when it is whole, and is deleted when it never becomes so.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _path;
    private bool _complete;

    /// <summary>Begins a file; its folder is made where it is missing.</summary>
    /// <param name="path">The final path; what is there stays until <see cref="Complete"/>.</param>
    public PartialFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        Stream = RowFileWriter.CreatePartial(path);
    }

    /// <summary>Where the content goes.</summary>
    public FileStream Stream { get; }

    /// <summary>Flushes to the disk and gives the file its name.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(RowFileWriter.PartialPath(_path), _path, overwrite: true);
        _complete = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // On a full disk what is left in its buffer cannot be written.
            Stream.Dispose();
        }
        finally
        {
            if (!_complete)
            {
                File.Delete(RowFileWriter.PartialPath(_path));
            }
        }
    }
}
