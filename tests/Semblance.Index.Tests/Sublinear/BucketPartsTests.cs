using System.Buffers.Binary;
using System.Numerics;
using Semblance.Index;
using Semblance.Index.Kernels;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;
using Xunit;

namespace Semblance.Tests.Index.Sublinear;

public sealed class BucketPartsTests
{
    private const int Rows = 20_000;

    [Fact]
    public void A_run_has_every_part_that_is_near_and_begins_and_ends_with_one()
    {
        for (int parities = 0; parities <= BucketParts.MostParities; parities++)
        {
            for (int differences = 0; differences <= parities + 2; differences++)
            {
                double read = 0;
                for (int part = 0; part < 1 << parities; part++)
                {
                    int[] near = [.. Enumerable.Range(0, 1 << parities).Where(other => BitOperations.PopCount((uint)(part ^ other)) <= differences)];
                    PartRun run = BucketParts.Near(parities, part, differences);
                    read += run.End - run.First;

                    Assert.Equal((near.Min(), near.Max() + 1), (run.First, run.End));
                }

                Assert.Equal(read / (1 << parities) / (1 << parities), BucketParts.Share(parities, differences), 12);
            }
        }
    }

    [Fact]
    public void Entries_lie_in_the_part_of_their_parities_and_there_by_row()
    {
        Codes codes = CodeSets.Make("clustered", 64, Rows);
        MultiIndex index = MultiIndex.Build(codes, Layout(codes, 6, 4));
        Dictionary<string, byte[]> columns = index.Columns().ToDictionary(column => column.Key, column => column.Value.ToArray());
        for (int number = 0; number < index.Tables; number++)
        {
            TableBits table = index.Layout.Tables[number];
            Assert.Equal(3, table.Parities.Length);
            byte[] offsets = columns[$"tables.offsets.{number}"];
            PackedNumbers rows = new(columns[$"tables.rows.{number}"], index.Layout.RowBytes), fingerprints = new(columns[$"tables.fingerprints.{number}"], 4);
            var seen = new HashSet<uint>();
            for (int part = 0; part < table.Buckets * table.Parts; part++)
            {
                int first = BinaryPrimitives.ReadInt32LittleEndian(offsets.AsSpan(part * 4)), end = BinaryPrimitives.ReadInt32LittleEndian(offsets.AsSpan((part + 1) * 4));
                for (int entry = first; entry < end; entry++)
                {
                    ReadOnlySpan<ulong> code = codes[(int)rows[entry]];
                    Assert.True(seen.Add(rows[entry]));
                    Assert.True(entry == first || rows[entry] > rows[entry - 1]);
                    Assert.Equal(table.Fingerprint.Of(code), fingerprints[entry]);
                    Assert.Equal(part / table.Parts, (int)table.Key.Of(code));
                    for (int i = 0; i < table.Parities.Length; i++)
                    {
                        int ones = BitOperations.PopCount(index.Layout.Tables[table.Parities[i].Table].Key.Of(code));
                        Assert.Equal(ones & 1, (part >> i) & 1);
                    }
                }
            }

            Assert.Equal(Rows, seen.Count);
        }
    }

    [Theory]
    [InlineData("uniform", 64, 8, 2)]
    [InlineData("uniform", 64, 6, 4)]
    [InlineData("clustered", 64, 6, 4)]
    [InlineData("clustered", 64, 8, 3)]
    [InlineData("ten", 64, 5, 4)]
    [InlineData("correlated", 64, 6, 4)]
    [InlineData("clustered", 40, 8, 4)]
    [InlineData("dead", 128, 7, 4)]
    public void Searches_that_read_parts_find_what_a_full_sort_does(string kind, int bits, int keyBits, int fingerprintBytes)
    {
        Codes codes = CodeSets.Make(kind, bits, Rows);
        Codes queries = CodeSets.Queries(codes, 6);
        MultiIndex built = MultiIndex.Build(codes, Layout(codes, keyBits, fingerprintBytes));
        Assert.Contains(built.Layout.Tables, table => table.Parities.Length > 0);
        foreach (MultiIndex index in new[] { built, built.WithoutVectors() })
        {
            for (int query = 0; query < queries.Count; query++)
            {
                Neighbour[] sorted = MultiIndexTests.Sorted(codes, queries[query]);
                foreach (int k in new[] { 1, 3, 10, 40, 300 })
                {
                    Assert.Equal(sorted.Take(k), Search(index, queries[query], Reach.Nearest(k, bits, keepTies: false)));
                    Assert.Equal(sorted.TakeWhile(item => item.Distance <= sorted[k - 1].Distance), Search(index, queries[query], Reach.Nearest(k, bits, keepTies: true)));
                }

                foreach (int radius in new[] { 0, 3, 7, 8, 11 })
                {
                    Assert.Equal(sorted.TakeWhile(item => item.Distance <= radius), Search(index, queries[query], Reach.Within(radius, bits)));
                }
            }
        }
    }

    [Fact]
    public void Parts_spare_a_share_of_all_entries()
    {
        Codes codes = CodeSets.Make("uniform", 32, 30_000);
        Codes queries = CodeSets.Queries(codes, 20);
        MultiIndex divided = MultiIndex.Build(codes, Layout(codes, 8, 3));
        MultiIndex whole = MultiIndex.Build(codes, divided.Layout with { Tables = [.. divided.Layout.Tables.Select(table => table with { Parities = [] })] });

        Assert.InRange((double)Entries(divided, queries) / Entries(whole, queries), 0.1, 0.85);
    }

    [Fact]
    public void A_filter_may_search_itself()
    {
        Codes codes = CodeSets.Make("clustered", 64, Rows);
        HammingIndex index = new(MultiIndex.Build(codes, Layout(codes, 6, 4)));
        SearchOptions plain = new() { Plan = SearchPlan.MultiIndex, Threads = 1 };
        SearchOptions nested = plain with { Where = row => index.Nearest(codes[row], 2, plain)[0].Row <= row };
        SearchOptions flat = plain with { Plan = SearchPlan.Scan, Where = row => index.Nearest(codes[row], 2, plain)[0].Row <= row };

        Assert.Equal(index.Nearest(codes[7], 20, flat), index.Nearest(codes[7], 20, nested));
    }

    private static MultiIndexLayout Layout(Codes codes, int keyBits, int fingerprintBytes)
    {
        int tables = codes.Bits / keyBits;
        return MultiIndexLayout.WithLengths(codes, [.. Enumerable.Repeat(keyBits, tables)], fingerprintBytes * tables);
    }

    private static long Entries(MultiIndex index, Codes queries)
    {
        long entries = 0;
        for (int query = 0; query < queries.Count; query++)
        {
            index.Search(queries[query], Reach.Nearest(10, index.Codes.Bits, keepTies: false), default, ProbeBudget.Unlimited, default, out ProbeCounts counts);
            entries += counts.Entries;
        }

        return entries;
    }

    private static Neighbour[]? Search(MultiIndex index, ReadOnlySpan<ulong> query, Reach reach) =>
        index.Search(query, reach, default, ProbeBudget.Unlimited, default, out _);
}
