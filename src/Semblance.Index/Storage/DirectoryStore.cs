using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Semblance.Index.Segments;

namespace Semblance.Index.Storage;

/// <summary>The files of an index in a directory.</summary>
internal sealed class DirectoryStore(string directory) : FileStore
{
    private readonly string _directory = Path.GetFullPath(directory);

    /// <inheritdoc/>
    public override string PathOf(string name) => Path.Combine(_directory, name);

    /// <inheritdoc/>
    public override IReadOnlyList<string> List() =>
        Directory.Exists(_directory) ? [.. Directory.EnumerateFileSystemEntries(_directory).Select(path => Path.GetFileName(path))] : [];

    /// <inheritdoc/>
    public override StoredFile Create(string name) => new DirectoryFile(File.OpenHandle(PathOf(name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), 0);

    /// <inheritdoc/>
    public override StoredFile Open(string name, long length)
    {
        var file = new DirectoryFile(File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), length);
        file.Trim();
        return file;
    }

    /// <inheritdoc/>
    public override byte[] Read(string name)
    {
        using SafeFileHandle handle = File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(handle);
        if (length > Array.MaxLength)
        {
            throw new InvalidDataException($"{PathOf(name)}: {length} bytes are more than such a file can have. Restore it from a copy.");
        }

        var bytes = new byte[length];
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and int more)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <inheritdoc/>
    public override MappedFile Map(string name) => MappedFile.Open(PathOf(name));

    /// <inheritdoc/>
    public override void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    /// <inheritdoc/>
    public override void Delete(string name) => File.Delete(PathOf(name));

    /// <inheritdoc/>
    public override void SyncDirectory() => NativeDirectory.Sync(_directory);

    /// <inheritdoc/>
    public override IDisposable Lock()
    {
        string path = PathOf(FileNames.Lock);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException fault) when (IsReadOnly(fault))
        {
            throw new IOException($"{_directory}: the index cannot be written, its file system is read-only. Open it for reading, or mount the file system for writing.", fault);
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new IOException($"{_directory}: another writer has the index open ({NativeDirectory.ReadIgnoringLocks(path)}). An index has one writer; close the other, or open this one for reading.", fault);
        }

        try
        {
            stream.SetLength(0);
            stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC")));
        }
        catch (IOException)
        {
            // On a full disk the lock is held without a word on who holds it.
        }

        return stream;
    }

    /// <summary>Whether somebody holds what <see cref="Lock"/> gives.</summary>
    /// <param name="directory">A directory, or a path where none is.</param>
    public static bool IsLocked(string directory)
    {
        string path = Path.Combine(directory, FileNames.Lock);
        try
        {
            if (File.Exists(path))
            {
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0).Dispose();
            }

            return false;
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            return true;
        }
    }

    // On Unix the system's error EAGAIN, which has another number on a Mac; on Windows ERROR_SHARING_VIOLATION.
    private static bool IsHeld(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    // On Unix the system's error EROFS; on Windows ERROR_WRITE_PROTECT.
    private static bool IsReadOnly(IOException fault) => fault.HResult is 30 or unchecked((int)0x80070013);

    private sealed class DirectoryFile : StoredFile
    {
        private const int SyncAheadBytes = 8 << 20;

        private readonly SafeFileHandle _handle;
        private Task _ahead = Task.CompletedTask;
        private long _begun;

        public DirectoryFile(SafeFileHandle handle, long length) => (_handle, Length, _begun) = (handle, length, length);

        public override void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(_handle, bytes, Length);
            Length += bytes.Length;
            SyncAhead();
        }

        public override void Trim() => RandomAccess.SetLength(_handle, Length);

        public override void Sync()
        {
            // An error is told to the first sync that meets it, so one of a sync ahead must come to light here.
            _ahead.GetAwaiter().GetResult();
            RandomAccess.FlushToDisk(_handle);
            _begun = Length;
        }

        public override void Dispose()
        {
            ((IAsyncResult)_ahead).AsyncWaitHandle.WaitOne();
            _handle.Dispose();
        }

        /// <summary>Lets the disk begin with a long file while the rest of it is still being made.</summary>
        private void SyncAhead()
        {
            if (Length - _begun >= SyncAheadBytes && _ahead.IsCompletedSuccessfully)
            {
                _begun = Length;
                _ahead = Task.Run(() => RandomAccess.FlushToDisk(_handle));
            }
        }
    }
}
