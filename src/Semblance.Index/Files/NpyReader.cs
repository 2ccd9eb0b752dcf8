using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Semblance.Index.Files;

/// <summary>Reads the elements of a <c>.npy</c> file piece by piece.</summary>
/// <typeparam name="T">byte, int, long, float or double: exactly the type of the file.</typeparam>
public sealed class NpyReader<T> : IDisposable
    where T : unmanaged
{
    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Opens a file and checks its header and length.</summary>
    /// <exception cref="InvalidDataException">Another type, Fortran or big-endian order, a cut or overlong file.</exception>
    public NpyReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            Header = NpyHeader.Read(_stream, path);
            RequirePlain();
            RequireLength();
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Type and shape.</summary>
    public NpyHeader Header { get; }

    /// <summary>Reads the next elements.</summary>
    /// <param name="destination">Receives them; it is filled wholly.</param>
    /// <exception cref="InvalidDataException">Fewer elements are left.</exception>
    public void Read(Span<T> destination)
    {
        int step = (1 << 24) / Unsafe.SizeOf<T>();
        while (!destination.IsEmpty)
        {
            Span<T> part = destination[..Math.Min(step, destination.Length)];
            Span<byte> bytes = MemoryMarshal.AsBytes(part);
            if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw new InvalidDataException($"{_path}: it ended while elements were read. Restore the file from a copy.");
            }

            destination = destination[part.Length..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void RequirePlain()
    {
        string type = NpyFile.TypeText<T>();
        string found = Header.Type == "<u1" || Header.Type == "u1" ? "|u1" : Header.Type;
        if (found != type)
        {
            throw new InvalidDataException($"{_path}: its elements are '{Header.Type}'; '{type}' is needed. Convert it with array.astype('{type}').");
        }

        if (Header.FortranOrder && Header.Shape.Count > 1)
        {
            throw new InvalidDataException($"{_path}: it is in Fortran order; C order is needed. Convert it with numpy.ascontiguousarray.");
        }
    }

    private void RequireLength()
    {
        Int128 expected = Header.Shape.Aggregate((Int128)Unsafe.SizeOf<T>(), (product, length) => product * length);
        long found = _stream.Length - _stream.Position;
        if (found != expected)
        {
            throw new InvalidDataException($"{_path}: {found} bytes follow its header; the shape ({string.Join(", ", Header.Shape)}) of '{Header.Type}' needs {expected}. Save it again with numpy.save.");
        }
    }
}
