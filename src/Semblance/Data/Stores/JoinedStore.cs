using Semblance.Tensors.Images;

namespace Semblance.Data.Stores;

/// <summary>Several stores of one kind, one after the other.</summary>
public sealed class JoinedStore : ImageStore
{
    private readonly ImageStore[] _parts;
    private readonly int[] _starts;

    /// <summary>Joins stores that all hold files or all hold pixels.</summary>
    /// <param name="parts">At least one store.</param>
    public JoinedStore(params ImageStore[] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Length);
        _parts = parts;
        _starts = new int[parts.Length];
        foreach (ImageStore part in parts)
        {
            _starts[Array.IndexOf(parts, part)] = Count;
            Count += part.Count;
        }
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override bool HoldsPixels => _parts[0].HoldsPixels;

    /// <inheritdoc/>
    public override string Describe(int place) => Find(ref place).Describe(place);

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(int place) => Find(ref place).Read(place);

    /// <inheritdoc/>
    public override RgbImage Pixels(ReadOnlySpan<byte> bytes) => _parts[0].Pixels(bytes);

    private ImageStore Find(ref int place)
    {
        int part = Array.BinarySearch(_starts, place);
        part = part < 0 ? ~part - 1 : part;
        // Empty parts share their start with the next one.
        while (place - _starts[part] >= _parts[part].Count)
        {
            part++;
        }
        place -= _starts[part];
        return _parts[part];
    }
}
