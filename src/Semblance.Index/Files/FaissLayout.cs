using System.Buffers.Binary;
using System.Text;

namespace Semblance.Index.Files;

/// <summary>The bytes of FAISS's binary indexes; see <see cref="FaissBinaryFile"/>.</summary>
internal static class FaissLayout
{
    public const int Header = 25;
    public const int Length = sizeof(ulong);
    public const string Flat = "IBxF";
    public const string WithIds = "IBMp";
    public const string WithIdsBothWays = "IBM2";

    private const int MetricL2 = 1;

    /// <summary>The header of an index.</summary>
    /// <param name="name">Its four letters.</param>
    /// <param name="bits">A multiple of 8.</param>
    /// <param name="bytesPerCode">0 in the header around an index with ids.</param>
    /// <param name="rows">Number of codes.</param>
    public static byte[] HeaderOf(string name, int bits, int bytesPerCode, long rows)
    {
        byte[] bytes = new byte[Header];
        Encoding.ASCII.GetBytes(name, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bits);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), bytesPerCode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), rows);
        bytes[20] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(21), MetricL2);
        return bytes;
    }

    /// <summary>What the four letters of a file of FAISS say, for a reader who gave the wrong one; null where they are none of FAISS's.</summary>
    public static string? KindOf(string name) => name switch
    {
        Flat => "a flat binary index",
        WithIds or WithIdsBothWays => "a binary index with ids",
        "IBwF" or "IBwQ" => "a binary IVF index",
        "IBHf" or "IBHc" => "a binary HNSW index",
        "IBHh" => "a binary hash index",
        "IBHm" => "a binary multi-hash index",
        "IBFf" => "a binary index made of a float index",
        _ when name.StartsWith("Ix", StringComparison.Ordinal) || name.StartsWith("Iw", StringComparison.Ordinal) || name.StartsWith("IH", StringComparison.Ordinal) => "an index of embeddings, not of codes",
        _ => null,
    };
}
