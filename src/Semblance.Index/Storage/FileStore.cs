using Semblance.Index.Segments;

namespace Semblance.Index.Storage;

/// <summary>The files of one index: all that it does to a disk goes through here.</summary>
/// <remarks>
/// What a power cut leaves: the bytes of a file up to its last <see cref="StoredFile.Sync"/>, and possibly any part of what came later, in any order;
/// the names as of the last <see cref="SyncDirectory"/>, and possibly any later change of a name. A caller that needs more must sync.
/// </remarks>
internal abstract class FileStore
{
    /// <summary>The place of a file, for messages.</summary>
    public abstract string PathOf(string name);

    /// <summary>Names of all files.</summary>
    public abstract IReadOnlyList<string> List();

    /// <summary>A new empty file to write to; one of the same name is replaced.</summary>
    public abstract StoredFile Create(string name);

    /// <summary>An existing file to append to, cut off behind <paramref name="length"/> bytes.</summary>
    public abstract StoredFile Open(string name, long length);

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    public abstract byte[] Read(string name);

    /// <summary>A file that will not change any more, to read in place.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    public abstract MappedFile Map(string name);

    /// <summary>Gives a file another name at once; one that has the name is replaced.</summary>
    public abstract void Rename(string from, string to);

    /// <summary>Removes a file.</summary>
    public abstract void Delete(string name);

    /// <summary>Makes every creation, change of name and removal so far outlast a power cut.</summary>
    public abstract void SyncDirectory();

    /// <summary>Takes the lock that only one writer holds; disposing of it gives it back.</summary>
    /// <exception cref="IOException">Another writer has it.</exception>
    public abstract IDisposable Lock();
}
