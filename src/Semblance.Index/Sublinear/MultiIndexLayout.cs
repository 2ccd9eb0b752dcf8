using System.Buffers.Binary;
using System.Numerics;

namespace Semblance.Index.Sublinear;

/// <summary>How a <see cref="MultiIndex"/> is laid out.</summary>
/// <remarks>A table has a fingerprint and a row for each code, in the order of the buckets, both little-endian and of as few whole bytes as hold them.</remarks>
internal sealed record MultiIndexLayout
{
    /// <summary>Zero bytes behind the fingerprints and behind the rows of a table, so that a vector may be read from any of them.</summary>
    public const int Padding = 64;

    /// <summary>The most bytes of a fingerprint.</summary>
    public const int MostFingerprintBytes = 4;

    /// <summary>The most tables.</summary>
    public const int MostTables = 64;

    private const int Version = 3;
    private const int VersionWithoutParts = 2;
    private const int LongestKey = 24;

    // Fewer codes in a part are not worth its offset.
    private const int LeastPart = 24;
    private const double BytesPerByteOfCode = 3.5;

    /// <summary>Bits of a code.</summary>
    public required int Bits { get; init; }

    /// <summary>Number of codes.</summary>
    public required int Count { get; init; }

    /// <summary>The tables; their keys have no bit in common.</summary>
    public required IReadOnlyList<TableBits> Tables { get; init; }

    /// <summary>Bytes of the number of a row, 0 to 4.</summary>
    public int RowBytes => RowBytesOf(Count);

    /// <summary>Bytes that all columns take.</summary>
    public long Bytes => Tables.Sum(table => OffsetBytes(table) + FingerprintsBytes(table) + RowsBytes);

    /// <summary>Bytes of the rows of a table.</summary>
    public long RowsBytes => ((long)Count * RowBytes) + Padding;

    /// <summary>The most codes for which tables can be built: their fingerprints must fit one array, as their rows must.</summary>
    public static int MostCodes => (Array.MaxLength - Padding) / 4;

    /// <summary>Bytes of the fingerprints of a table.</summary>
    public long FingerprintsBytes(TableBits table) => ((long)Count * table.FingerprintBytes) + Padding;

    /// <summary>Bytes of the offsets of a table.</summary>
    public static long OffsetBytes(TableBits table) => (((long)table.Buckets * table.Parts) + 1) * sizeof(uint);

    /// <summary>Whether codes of such a length and number can gain from tables at all.</summary>
    /// <remarks>Fewer codes are scanned in the time that a few dozen buckets take.</remarks>
    public static bool Pays(int bits, int count) => bits >= 16 && count >= 50_000 && count <= MostCodes;

    /// <summary>The layout for some codes, from their length, their number and a sample of them.</summary>
    /// <remarks>
    /// Keys are of about log2(n) - 5 bits, so that a bucket holds some dozens of codes, whose fingerprints lie side by side, and the offsets take little room; of log2(n) - 3 for codes
    /// above 128 bits, of which fingerprints tell less; as many tables as such keys fill the code; fingerprints as wide as 3.5 bytes a byte of code allow (28 bytes a 64-bit code), and no wider than the remaining bits.
    /// </remarks>
    public static MultiIndexLayout For(Codes codes) => For(codes, codes.Count);

    /// <summary>The layout for so many codes of which some are given.</summary>
    public static MultiIndexLayout For(Codes codes, int count)
    {
        double keyBits = Math.Clamp(Math.Log2(Math.Max(count, 1)) - BucketBits(codes.Bits), 1, LongestKey + 1);
        int tables = Math.Clamp((int)Math.Round(codes.Bits / keyBits), 1, Math.Min(MostTables, codes.Bits));
        int longest = Math.Clamp(BitOperations.Log2((uint)Math.Max(count / 3, 1)), 1, LongestKey);
        if (tables == 1)
        {
            longest = Math.Min(LongestKey, BitOperations.Log2((uint)Math.Max(count, 2)));
        }

        int[] lengths = Lengths(codes.Bits, tables, longest, count);
        return WithLengths(codes, lengths, FingerprintBytesFor(codes.Bits, count, lengths), count);
    }

    /// <summary>A layout with keys of given lengths.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="lengths">Bits of the key of each table.</param>
    /// <param name="fingerprintBytes">Bytes that the fingerprints of all tables may take together.</param>
    public static MultiIndexLayout WithLengths(Codes codes, int[] lengths, int fingerprintBytes) => WithLengths(codes, lengths, fingerprintBytes, codes.Count);

    private static MultiIndexLayout WithLengths(Codes codes, int[] lengths, int fingerprintBytes, int count)
    {
        int[] bits = [.. lengths.Select((_, table) => 8 * Math.Min(MostFingerprintBytes, (fingerprintBytes / lengths.Length) + (table < fingerprintBytes % lengths.Length ? 1 : 0)))];
        int[] parities = [.. lengths.Select(length => ParitiesFor(length, count))];
        return new MultiIndexLayout { Bits = codes.Bits, Count = count, Tables = BitAssignment.Of(codes, lengths, bits, parities) };
    }

    /// <summary>The tables whose keys have no bit in the fingerprint of a table, itself not counted.</summary>
    public int[] Beside(int table) =>
        [.. Enumerable.Range(0, Tables.Count).Where(other => other != table && !Tables[other].Key.Positions.Intersect(Tables[table].Fingerprint.Positions).Any())];

    /// <summary>The layout as numbers, for a file.</summary>
    public byte[] ToBytes()
    {
        List<int> numbers = [Version, Bits, Count, Tables.Count];
        foreach (TableBits table in Tables)
        {
            numbers.AddRange([table.Key.Bits, table.Fingerprint.Bits, .. table.Key.Positions, .. table.Fingerprint.Positions]);
        }

        foreach (TableBits table in Tables)
        {
            numbers.AddRange([table.Parities.Length, .. table.Parities.Select(parity => parity.Table)]);
        }

        var bytes = new byte[numbers.Count * sizeof(int)];
        for (int i = 0; i < numbers.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), numbers[i]);
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The numbers.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <exception cref="InvalidDataException">They are no layout that a search can rely on.</exception>
    public static MultiIndexLayout Parse(ReadOnlySpan<byte> bytes, string source)
    {
        NumberReader numbers = new(bytes, source);
        int version = numbers.Next("version", 1, int.MaxValue);
        if (version is not (Version or VersionWithoutParts))
        {
            throw new InvalidDataException($"{source}: the layout of the multi-index is version {version}; this program reads versions {VersionWithoutParts} and {Version}. Build it again, or use a newer program.");
        }

        int bits = numbers.Next("bits", 1, Codes.MaxBits);
        int count = numbers.Next("count", 0, MostCodes);
        var used = new bool[bits];
        var tables = new TableBits[numbers.Next("tables", 1, MostTables)];
        for (int i = 0; i < tables.Length; i++)
        {
            int keyBits = numbers.Next("key bits", 1, Math.Min(bits, LongestKey));
            int fingerprintBits = numbers.Next("fingerprint bits", 0, Math.Min(bits, 8 * MostFingerprintBytes));
            tables[i] = new TableBits(numbers.Positions(keyBits, used), numbers.Positions(fingerprintBits, new bool[bits]), []);
            RequireApart(tables[i], source);
        }

        for (int i = 0; i < tables.Length && version != VersionWithoutParts; i++)
        {
            tables[i] = tables[i] with { Parities = numbers.Parities(tables, i) };
        }

        return new MultiIndexLayout { Bits = bits, Count = count, Tables = tables };
    }

    private static int BucketBits(int bits) => bits <= 128 ? 5 : 3;

    private static int RowBytesOf(int count) => count <= 1 ? 0 : (BitOperations.Log2((uint)count - 1) / 8) + 1;

    private static int[] Lengths(int bits, int tables, int longest, int count)
    {
        var lengths = new int[tables];
        for (int i = 0; i < tables; i++)
        {
            lengths[i] = Math.Min(longest, (bits / tables) + (i < bits % tables ? 1 : 0));
        }

        // Bits that are left over lengthen keys as long as that does not take a byte from the fingerprints.
        int width = FingerprintBytesFor(bits, count, lengths);
        for (int left = bits - lengths.Sum(), i = 0; left > 0 && i < tables && lengths[i] < LongestKey; left--, i++)
        {
            lengths[i]++;
            if (FingerprintBytesFor(bits, count, lengths) < width)
            {
                lengths[i]--;
                break;
            }
        }

        return lengths;
    }

    /// <summary>Bytes that the fingerprints of all tables take together.</summary>
    private static int FingerprintBytesFor(int bits, int count, int[] lengths)
    {
        double offsets = lengths.Sum(length => 4.0 * (1L << (length + ParitiesFor(length, count)))) / Math.Max(count, 1);
        int affordable = (int)((BytesPerByteOfCode * bits / 8) - offsets) - (lengths.Length * RowBytesOf(count));
        int useful = lengths.Length * Math.Min(MostFingerprintBytes, (bits - lengths.Min() + 7) / 8);
        return Math.Clamp(affordable, 0, useful);
    }

    /// <summary>By how many parities buckets are divided, if the fingerprints have as many whole keys.</summary>
    private static int ParitiesFor(int keyBits, int count) => Math.Min(BitOperations.Log2((uint)Math.Max(count / (1L << keyBits) / LeastPart, 1)), BucketParts.MostParities);

    private static void RequireApart(TableBits table, string source)
    {
        if (table.Key.Positions.Intersect(table.Fingerprint.Positions).Any())
        {
            throw new InvalidDataException($"{source}: key and fingerprint of a table share a bit. The multi-index is damaged; build it again.");
        }
    }

    /// <summary>Reads numbers one after another and says which is wrong.</summary>
    private ref struct NumberReader(ReadOnlySpan<byte> bytes, string source)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public int Next(string name, int least, int most)
        {
            if (_at + sizeof(int) > _bytes.Length)
            {
                throw new InvalidDataException($"{source}: the layout of the multi-index ends at byte {_bytes.Length}, before its {name}. It is damaged; build it again.");
            }

            int value = BinaryPrimitives.ReadInt32LittleEndian(_bytes[_at..]);
            if (value < least || value > most)
            {
                throw new InvalidDataException($"{source}: the layout of the multi-index has {name} {value} at byte {_at}; {least} to {most} is possible. It is damaged; build it again.");
            }

            _at += sizeof(int);
            return value;
        }

        public KeyParity[] Parities(TableBits[] tables, int table)
        {
            var parities = new KeyParity[Next("parities", 0, BucketParts.MostParities)];
            for (int i = 0; i < parities.Length; i++)
            {
                int other = Next("table of a parity", i == 0 ? 0 : parities[i - 1].Table + 1, tables.Length - 1);
                parities[i] = KeyParity.Of(other, tables[other].Key, tables[table].Fingerprint)
                    ?? throw new InvalidDataException($"{source}: the layout of the multi-index divides table {table} by the key of table {other}, which is not in its fingerprints. It is damaged; build it again.");
            }

            return parities;
        }

        public BitPick Positions(int count, bool[] used)
        {
            var positions = new int[count];
            for (int i = 0; i < count; i++)
            {
                positions[i] = Next("bit position", i == 0 ? 0 : positions[i - 1] + 1, used.Length - 1);
                if (used[positions[i]])
                {
                    throw new InvalidDataException($"{source}: the layout of the multi-index has bit {positions[i]} in two keys. It is damaged; build it again.");
                }

                used[positions[i]] = true;
            }

            return new BitPick(positions);
        }
    }
}
