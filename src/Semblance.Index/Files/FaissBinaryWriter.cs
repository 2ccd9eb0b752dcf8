using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Semblance.Index.Files;

/// <summary>Writes a flat binary index of FAISS part by part, beside its place, and renames it when it is complete; see <see cref="FaissBinaryFile"/>.</summary>
/// <remarks>Ids lie behind all codes; with their number known both are written as they come, and memory is bounded by a part.</remarks>
public sealed class FaissBinaryWriter : IDisposable
{
    private readonly PartialFile _file;
    private readonly long _count;
    private readonly int _bits;
    private readonly bool _withIds;
    private readonly long _firstCode;
    private long _written;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The final path; it appears, or is replaced, only by <see cref="Complete"/>.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="count">Codes that will be appended.</param>
    /// <param name="withIds">Whether every code has an id.</param>
    public FaissBinaryWriter(string path, int bits, long count, bool withIds)
    {
        Codes.RequireBits(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, Codes.MaxBits / 8 * 8);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (_bits, _count, _withIds) = (bits, count, withIds);
        _firstCode = (withIds ? FaissLayout.Header : 0) + FaissLayout.Header + FaissLayout.Length;
        _file = new PartialFile(path);
        WriteHeaders();
    }

    private int BytesPerCode => Codes.BytesFor(_bits);

    private long FirstId => _firstCode + (_count * BytesPerCode) + FaissLayout.Length;

    /// <summary>Appends codes.</summary>
    /// <param name="codes">Codes of the length of the file.</param>
    /// <param name="ids">One id a code where the file has ids, else null.</param>
    /// <exception cref="ArgumentException">Another length, another number of ids, or more codes than were announced.</exception>
    public void Append(Codes codes, long[]? ids = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        Codes.RequireSameBits(_bits, codes.Bits);
        if (_withIds != ids is not null || (ids is not null && ids.Length != codes.Count))
        {
            throw new ArgumentException($"{ids?.Length ?? 0} ids came with {codes.Count} codes; this file {(_withIds ? "needs one a code" : "has no ids")}.", nameof(ids));
        }

        if (_written + codes.Count > _count)
        {
            throw new ArgumentException($"{_written + codes.Count} codes were appended; {_count} were announced.", nameof(codes));
        }

        _file.Stream.Position = _firstCode + (_written * BytesPerCode);
        PackedRows.Write(_file.Stream, codes);
        if (ids is not null)
        {
            _file.Stream.Position = FirstId + (_written * sizeof(long));
            _file.Stream.Write(MemoryMarshal.AsBytes(ids.AsSpan()));
        }

        _written += codes.Count;
    }

    /// <summary>Flushes to the disk and gives the file its name.</summary>
    /// <exception cref="InvalidOperationException">Fewer codes were appended than were announced.</exception>
    public void Complete()
    {
        if (_written != _count)
        {
            throw new InvalidOperationException($"{_written} codes were appended; {_count} were announced.");
        }

        _file.Complete();
    }

    /// <summary>Closes the file; an incomplete one is deleted.</summary>
    public void Dispose() => _file.Dispose();

    private void WriteHeaders()
    {
        int width = BytesPerCode * 8;
        if (_withIds)
        {
            _file.Stream.Write(FaissLayout.HeaderOf(FaissLayout.WithIds, width, 0, _count));
        }

        _file.Stream.Write(FaissLayout.HeaderOf(FaissLayout.Flat, width, BytesPerCode, _count));
        WriteLength(_count * BytesPerCode);
        if (_withIds)
        {
            _file.Stream.Position = FirstId - FaissLayout.Length;
            WriteLength(_count);
        }
    }

    private void WriteLength(long length)
    {
        Span<byte> bytes = stackalloc byte[FaissLayout.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        _file.Stream.Write(bytes);
    }
}
