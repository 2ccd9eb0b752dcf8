namespace Semblance.Index.Live;

/// <summary>What callers may give to an index.</summary>
internal static class Checks
{
    /// <summary>A code of the index's length.</summary>
    public static void Code(ReadOnlySpan<ulong> code, int bits)
    {
        if (code.Length != Codes.WordsFor(bits))
        {
            throw new ArgumentException($"a code has {code.Length} words; the index has codes of {bits} bits, {Codes.WordsFor(bits)} words. Encode with the model of the index.", nameof(code));
        }

        if ((bits & 63) != 0 && code[^1] >> (bits & 63) != 0)
        {
            throw new ArgumentException($"a code has ones above its {bits} bits; unused bits must be zero. Check the number of bits.", nameof(code));
        }
    }

    /// <summary>Codes of the index's length.</summary>
    public static void Queries(Codes queries, int bits)
    {
        ArgumentNullException.ThrowIfNull(queries);
        Codes.RequireSameBits(bits, queries.Bits);
    }

    /// <summary>The weights of an embedding of the index's length: the absolute values.</summary>
    public static double[] Embedding(ReadOnlySpan<float> embedding, int bits)
    {
        if (embedding.Length != bits)
        {
            throw new ArgumentException($"the embedding of the query has {embedding.Length} values; the index has codes of {bits} bits and needs {bits}.", nameof(embedding));
        }

        var weights = new double[bits];
        for (int i = 0; i < bits; i++)
        {
            weights[i] = float.IsFinite(embedding[i])
                ? Math.Abs((double)embedding[i])
                : throw new ArgumentException($"value {i} of the embedding is {embedding[i]}; it must be finite. Look for a diverged model or a broken image.", nameof(embedding));
        }

        return weights;
    }

    /// <summary>An id of the index's kind.</summary>
    public static void Id(ItemId id, IdKind kind)
    {
        if (id.Kind != kind)
        {
            throw new ArgumentException($"the id {id} is a {Name(id.Kind)}; the ids of the index are {Name(kind)}s. Give ids of that kind.", nameof(id));
        }
    }

    /// <summary>Ids of which none comes twice.</summary>
    public static void Distinct(IReadOnlyCollection<ItemId> ids)
    {
        var seen = new HashSet<ItemId>(ids.Count);
        foreach (ItemId id in ids)
        {
            if (!seen.Add(id))
            {
                throw Twice(id);
            }
        }
    }

    /// <summary>The error of an id that comes twice.</summary>
    public static ArgumentException Twice(ItemId id) => new($"the id {id} comes twice in one batch; which of the two counts cannot be told. Give every id once.");

    private static string Name(IdKind kind) => kind == IdKind.Number ? "number" : "text";
}
