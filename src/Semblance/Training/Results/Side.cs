using System.Security.Cryptography;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;

namespace Semblance.Training.Results;

/// <summary>The queries or the database of an evaluation: images, their representations and what is known of them.</summary>
/// <param name="Data">The images.</param>
/// <param name="Encoded">What a model gave for them.</param>
/// <param name="Items">Labels, ids and content hashes of the rows.</param>
public sealed record Side(Dataset Data, EncodedSet Encoded, LabelledItems Items)
{
    /// <summary>Joins images and rows.</summary>
    /// <param name="data">The images.</param>
    /// <param name="encoded">Their rows.</param>
    /// <param name="name">Name in protocols.</param>
    public static Side Of(Dataset data, EncodedSet encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(encoded);
        ulong[] hashes = new ulong[encoded.Indices.Length];
        Parallel.For(0, hashes.Length, row => hashes[row] = Hash(data.ReadBytes(encoded.Indices[row]).Span));
        return new Side(data, encoded, ItemsOf.Dataset(data, encoded.Indices, name) with { ContentHashes = hashes });
    }

    /// <summary>The rows as codes, by their signs.</summary>
    public LabelledCodes AsCodes() => new(Codes.FromSigns(Encoded.Rows, Encoded.Width), Items);

    /// <summary>Codes of the same images by another hash.</summary>
    public LabelledCodes With(Codes codes) => new(codes, Items);

    /// <summary>The rows as embeddings.</summary>
    public LabelledEmbeddings AsEmbeddings() => new(Encoded.Rows, Encoded.Width, Items);

    // The first 64 bits of SHA-256; 0 would mean that nothing is known.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(bytes, digest);
        ulong hash = BitConverter.ToUInt64(digest);
        return hash == 0 ? 1 : hash;
    }
}
