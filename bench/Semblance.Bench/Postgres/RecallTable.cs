using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;

namespace Semblance.Bench.Postgres;

/// <summary>What pgvector's HNSW finds of the nearest codes, for collections with more and more equal codes.</summary>
internal static class RecallTable
{
    /// <summary>A line of it.</summary>
    /// <param name="Collection">What the codes are.</param>
    /// <param name="Different">Number of different codes.</param>
    /// <param name="Exact">Share of the queries whose exact answer is that of the local index, item by item.</param>
    /// <param name="Approximate">Recall of HNSW: share of the items found that are no farther than the k-th nearest of all.</param>
    /// <param name="Worst">The same of the query with the least.</param>
    internal sealed record Row(string Collection, int Different, double Exact, double Approximate, double Worst);

    /// <summary>Measures.</summary>
    /// <param name="make">Makes an empty index of so many bits, in a database with pgvector.</param>
    /// <param name="count">Number of codes.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="k">How many are searched.</param>
    /// <param name="queries">Number of queries; each is a code of the collection with a few bits turned over.</param>
    /// <param name="collections">How many different codes each collection has; 0 for all, below 0 for so many with bits of their copies turned over.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<List<Row>> MeasureAsync(Func<int, IdKind, Task<PostgresStore>> make, int count, int bits, int k, int queries, int[] collections, CancellationToken cancellation)
    {
        List<Row> rows = [];
        foreach (int different in collections)
        {
            string name = different == 0 ? "uniform, all different" : different < 0 ? $"{-different} codes and copies with up to 3 bits turned over" : $"{different} different codes";
            Random random = new(different);
            Codes codes = Make(random, count, bits, different);
            Codes asked = Turned(random, codes, queries, 4);
            await using PostgresStore store = await make(bits, IdKind.Number).ConfigureAwait(false);
            foreach (int[] part in Enumerable.Range(0, count).Chunk(1000))
            {
                await store.UpsertAsync([.. part.Select(row => new Item(row, codes[row].ToArray()))], cancellation).ConfigureAwait(false);
            }
            await store.BuildHnswAsync(null, cancellation).ConfigureAwait(false);
            rows.Add(await MeasureAsync(store, codes, asked, k, name, cancellation).ConfigureAwait(false));
        }
        return rows;
    }

    private static async Task<Row> MeasureAsync(PostgresStore store, Codes codes, Codes asked, int k, string name, CancellationToken cancellation)
    {
        Neighbour[][] truth = new HammingIndex(codes).Nearest(asked, k);
        StoreSearch search = new() { K = k, Items = false };
        IReadOnlyList<StoreAnswer> exact = await store.SearchAsync(asked, search, cancellation).ConfigureAwait(false);
        IReadOnlyList<StoreAnswer> approximate = await store.SearchAsync(asked, search with { Approximate = true }, cancellation).ConfigureAwait(false);
        double same = exact.Zip(truth).Average(pair => pair.First.Matches.Select(match => (match.Id.Number, match.Distance)).SequenceEqual(pair.Second.Select(near => ((long)near.Row, near.Distance))) ? 1 : 0);
        double[] recalls = [.. approximate.Zip(truth).Select(pair => (double)pair.First.Matches.Count(match => match.Distance <= pair.Second[^1].Distance) / k)];
        return new Row(name, Different(codes), same, recalls.Average(), recalls.Min());
    }

    private static Codes Make(Random random, int count, int bits, int different)
    {
        if (different == 0)
        {
            return Uniform(random, count, bits);
        }
        Codes originals = Uniform(random, Math.Abs(different), bits);
        Codes copies = originals.Rows([.. Enumerable.Range(0, count).Select(_ => random.Next(originals.Count))]);
        return different > 0 ? copies : Turned(random, copies, count, 4);
    }

    private static Codes Uniform(Random random, int count, int bits)
    {
        float[] outputs = new float[count * bits];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = random.NextSingle() - 0.5f;
        }
        return Codes.FromSigns(outputs, bits);
    }

    /// <summary>Some codes, from the first on, with fewer than so many bits turned over.</summary>
    private static Codes Turned(Random random, Codes codes, int count, int below)
    {
        ulong[] words = codes.Slice(0, count).Words.ToArray();
        for (int row = 0; row < count; row++)
        {
            for (int turns = random.Next(below); turns > 0; turns--)
            {
                int bit = random.Next(codes.Bits);
                words[(row * codes.WordsPerCode) + (bit >> 6)] ^= 1UL << (bit & 63);
            }
        }
        return new Codes(codes.Bits, words);
    }

    private static int Different(Codes codes)
    {
        HashSet<string> seen = [];
        for (int row = 0; row < codes.Count; row++)
        {
            seen.Add(string.Join(' ', codes[row].ToArray()));
        }
        return seen.Count;
    }
}
