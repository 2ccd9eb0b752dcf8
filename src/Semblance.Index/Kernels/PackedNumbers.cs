using System.Buffers.Binary;

namespace Semblance.Index.Kernels;

/// <summary>Numbers of as few whole bytes as hold them, little-endian, one after another.</summary>
/// <param name="bytes">The numbers, and at least four bytes behind the last.</param>
/// <param name="width">Bytes of a number, 0 to 4.</param>
internal readonly ref struct PackedNumbers(ReadOnlySpan<byte> bytes, int width)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly uint _mask = MaskOf(width);

    public uint this[int position] => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Slice(position * width, sizeof(uint))) & _mask;

    /// <summary>The bits of a number of some bytes.</summary>
    public static uint MaskOf(int width) => width == sizeof(uint) ? uint.MaxValue : (1u << (8 * width)) - 1;

    /// <summary>Asks for the memory of a number that will be read soon.</summary>
    public void AskFor(int position) => BucketProbe.AskFor(_bytes, position * width);
}
