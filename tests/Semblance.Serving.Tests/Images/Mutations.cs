using System.Buffers.Binary;

namespace Semblance.Tests.Serving.Images;

/// <summary>Spoils files in the ways in which files are spoilt, and in those in which attackers spoil them.</summary>
internal static class Mutations
{
    private static readonly uint[] Odd = [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <summary>A spoilt copy of a seed; the same number gives the same bytes.</summary>
    public static byte[] Of(IReadOnlyList<byte[]> seeds, int number)
    {
        Random random = new(number);
        byte[] bytes = [.. seeds[random.Next(seeds.Count)]];
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes && bytes.Length > 0; i++)
        {
            bytes = Change(bytes, seeds, random);
        }
        // A decoder of PNG stops at the first wrong checksum; half of the files get past it.
        return number % 2 == 0 ? bytes : WithPngChecksums(bytes);
    }

    private static byte[] WithPngChecksums(byte[] bytes)
    {
        for (int at = 8; bytes is [0x89, (byte)'P', ..] && at + 12 <= bytes.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12)
            {
                break;
            }
            Span<byte> part = bytes.AsSpan(at + 4, 4 + (int)length);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 8 + (int)length), Crc(part));
            at += 12 + (int)length;
        }
        return bytes;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }
        return ~crc;
    }

    private static byte[] Change(byte[] bytes, IReadOnlyList<byte[]> seeds, Random random) => random.Next(8) switch
    {
        0 => FlipBits(bytes, random, bytes.Length),
        1 => FlipBits(bytes, random, Math.Min(64, bytes.Length)),
        2 => bytes[..random.Next(bytes.Length)],
        3 => Splice(bytes, seeds[random.Next(seeds.Count)], random),
        4 => SetNumber(bytes, random, Math.Min(256, bytes.Length)),
        5 => SetNumber(bytes, random, bytes.Length),
        6 => Repeat(bytes, random),
        _ => Fill(bytes, random),
    };

    private static byte[] FlipBits(byte[] bytes, Random random, int among)
    {
        int flips = 1 + random.Next(16);
        for (int i = 0; i < flips; i++)
        {
            bytes[random.Next(among)] ^= (byte)(1 << random.Next(8));
        }
        return bytes;
    }

    /// <summary>The beginning of one file and the end of another.</summary>
    private static byte[] Splice(byte[] bytes, byte[] other, Random random) => [.. bytes.AsSpan(0, random.Next(bytes.Length)), .. other.AsSpan(random.Next(other.Length))];

    /// <summary>A number of a header becomes one at the edge of its range.</summary>
    private static byte[] SetNumber(byte[] bytes, Random random, int among)
    {
        int at = random.Next(among);
        uint value = Odd[random.Next(Odd.Length)];
        if (bytes.Length - at < 4)
        {
            bytes[at] = (byte)value;
        }
        else if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);
        }
        return bytes;
    }

    private static byte[] Repeat(byte[] bytes, Random random)
    {
        int from = random.Next(bytes.Length), length = Math.Min(bytes.Length - from, 1 + random.Next(512));
        byte[] part = bytes[from..(from + length)];
        return [.. bytes.AsSpan(0, from), .. Enumerable.Repeat(part, 1 + random.Next(20)).SelectMany(copy => copy), .. bytes.AsSpan(from)];
    }

    private static byte[] Fill(byte[] bytes, Random random)
    {
        int from = random.Next(bytes.Length), length = Math.Min(bytes.Length - from, 1 + random.Next(64));
        random.NextBytes(bytes.AsSpan(from, length));
        return bytes;
    }
}
