using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Semblance.Curriculum;

/// <summary>Features of samples, one row each, that an analysis reads a class at a time.</summary>
/// <typeparam name="T">float, or double where full precision is wanted.</typeparam>
public abstract class FeatureRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected FeatureRows(int count, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Count = count;
        Dimension = dimension;
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>Numbers a sample.</summary>
    public int Dimension { get; }

    /// <summary>Copies rows. May be called from several threads at once.</summary>
    /// <param name="rows">Which samples.</param>
    /// <param name="destination">Receives them one after the other.</param>
    public abstract void Read(ReadOnlySpan<int> rows, Span<T> destination);

    /// <summary>Copies rows and holds them to be finite.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    internal void ReadFinite(ReadOnlySpan<int> rows, Span<T> destination)
    {
        Read(rows, destination);
        for (int i = 0; i < destination.Length; i++)
        {
            if (!T.IsFinite(destination[i]))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The feature of sample {rows[i / Dimension]} holds {destination[i]} at position {i % Dimension}; distances need finite numbers. Look for a diverged model or a broken image."));
            }
        }
    }
}

/// <summary>Where features come from.</summary>
public static class FeatureRows
{
    /// <summary>Features in memory.</summary>
    /// <param name="values">Rows one after the other.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    public static FeatureRows<T> InMemory<T>(ReadOnlyMemory<T> values, int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return values.Length % dimension == 0
            ? new MemoryRows<T>(values, dimension)
            : throw new ArgumentException($"{values.Length} numbers are not whole rows of {dimension}. Give whole rows.", nameof(values));
    }

    /// <summary>Features in a file, as little-endian floats row after row; only what is asked for is read.</summary>
    /// <param name="path">The file, such as a .npy file.</param>
    /// <param name="start">Position of the first row in bytes.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <exception cref="InvalidDataException">The file is shorter than that.</exception>
    public static FileRows InFile(string path, long start, int count, int dimension) => new(path, start, count, dimension);

    private sealed class MemoryRows<T>(ReadOnlyMemory<T> values, int dimension) : FeatureRows<T>(values.Length / dimension, dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override void Read(ReadOnlySpan<int> rows, Span<T> destination)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                values.Span.Slice(rows[i] * Dimension, Dimension).CopyTo(destination[(i * Dimension)..]);
            }
        }
    }
}

/// <summary>Features in a file: a class that is stored together is one read.</summary>
public sealed class FileRows : FeatureRows<float>, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _start;

    internal FileRows(string path, long start, int count, int dimension)
        : base(count, dimension)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        _path = path;
        _start = start;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        long needed = start + ((long)count * dimension * sizeof(float)), length = RandomAccess.GetLength(_file);
        if (length < needed)
        {
            _file.Dispose();
            throw new InvalidDataException($"{path} has {length} bytes; {count} rows of {dimension} floats from byte {start} on need {needed}. Write the file anew.");
        }
    }

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        for (int first = 0; first < rows.Length;)
        {
            int end = first + 1;
            while (end < rows.Length && rows[end] == rows[end - 1] + 1)
            {
                end++;
            }

            ReadRun(rows[first], destination[(first * Dimension)..(end * Dimension)]);
            first = end;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadRun(int row, Span<float> destination)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        long position = _start + ((long)row * Dimension * sizeof(float));
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, position);
            if (read == 0)
            {
                throw new InvalidDataException($"{_path} ends at byte {position}; row {row} lies beyond. It was shortened while it was read: write it anew.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }
}
