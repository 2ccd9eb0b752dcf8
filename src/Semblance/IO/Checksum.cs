using System.Buffers.Binary;
using System.Numerics;

namespace Semblance.IO;

/// <summary>CRC-32C of bytes that come in pieces.</summary>
public struct Checksum
{
    private uint _crc;

    /// <summary>The checksum of nothing so far.</summary>
    public Checksum()
    {
        _crc = ~0u;
    }

    /// <summary>The checksum of everything added.</summary>
    public readonly uint Value => ~_crc;

    /// <summary>Adds bytes; cutting them elsewhere gives the same checksum.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        uint crc = _crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }
        _crc = crc;
    }
}
