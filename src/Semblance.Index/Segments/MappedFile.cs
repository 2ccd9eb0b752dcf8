using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Semblance.Index.Segments;

/// <summary>The bytes of a file that does not change any more, read in place.</summary>
/// <remarks>Nothing may read it after it is disposed of: who reads holds a reference on the segment that owns it.</remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly byte* _start;
    private readonly Action _release;
    private int _released;

    private MappedFile(byte* start, long length, Action release)
    {
        _start = start;
        Length = length;
        _release = release;
    }

    /// <summary>Bytes in it.</summary>
    public long Length { get; }

    /// <summary>Maps a file.</summary>
    public static MappedFile Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        long length = stream.Length;
        if (length == 0)
        {
            return Of([]);
        }

        using var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new MappedFile(start + view.PointerOffset, length, () =>
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        });
    }

    /// <summary>Bytes in memory as if they were a file.</summary>
    public static MappedFile Of(byte[] bytes)
    {
        var pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        return new MappedFile((byte*)pin.AddrOfPinnedObject(), bytes.LongLength, pin.Free);
    }

    /// <summary>Some bytes; they must be within the file.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        RequireWithin(offset, count);
        return new ReadOnlySpan<byte>(_start + offset, count);
    }

    /// <summary>Some values; they must be within the file.</summary>
    public ReadOnlyMemory<T> Values<T>(long offset, int count)
        where T : unmanaged
    {
        RequireWithin(offset, (long)count * sizeof(T));
        return new View<T>(this, offset, count).Memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _release();
        }
    }

    private void RequireWithin(long offset, long bytes)
    {
        ObjectDisposedException.ThrowIf(_released != 0, this);
        if (offset < 0 || bytes < 0 || offset > Length - bytes)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{bytes} bytes from there are not within the {Length} bytes of the file.");
        }
    }

    private sealed class View<T>(MappedFile file, long offset, int count) : MemoryManager<T>
        where T : unmanaged
    {
        public override Span<T> GetSpan()
        {
            ObjectDisposedException.ThrowIf(file._released != 0, file);
            return new Span<T>(file._start + offset, count);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new((T*)(file._start + offset) + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
