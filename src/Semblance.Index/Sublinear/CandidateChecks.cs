using System.Numerics;
using System.Runtime.CompilerServices;
using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>Compares whole codes of candidates with the query, the nearest first.</summary>
/// <param name="index">The tables.</param>
/// <param name="query">Words of the query.</param>
/// <param name="found">Receives rows that are near enough.</param>
/// <param name="tables">How far the tables have been read.</param>
/// <param name="candidates">Where candidates wait; cleared here.</param>
internal sealed class CandidateChecks(MultiIndex index, ulong[] query, FoundRows found, TableProgress[] tables, Candidates candidates)
{
    private const int AtOnce = 32;

    private readonly Candidates _candidates = candidates.Cleared(index.Tables, index.Codes.Bits);

    /// <summary>How many codes have been compared.</summary>
    public long Count { get; private set; }

    /// <summary>Takes entries of a table whose fingerprints are near enough.</summary>
    /// <param name="table">The table.</param>
    /// <param name="certain">The least distance of a code that has not been met in the bits that are not in the fingerprint.</param>
    /// <param name="positions">The entries.</param>
    /// <param name="distances">The distances of their fingerprints.</param>
    public void Add(int table, int certain, ReadOnlySpan<int> positions, ReadOnlySpan<int> distances)
    {
        if (_candidates.Left < positions.Length)
        {
            All();
        }

        _candidates.Add(table, certain, positions, distances);
    }

    /// <summary>Compares codes until nothing is left that may be a result.</summary>
    public void All()
    {
        Some(double.PositiveInfinity);
        _candidates.Cleared(index.Tables, index.Codes.Bits);
    }

    /// <summary>Compares codes until that has cost so much, and at least until as much has been found as is wanted.</summary>
    public void Some(double cost)
    {
        Span<Candidate> taken = stackalloc Candidate[AtOnce];
        Span<int> rows = stackalloc int[AtOnce];
        for (int most; (most = Affordable(cost)) > 0; cost -= most * ProbeCost.Check)
        {
            int count = _candidates.Take(found.Limit, taken[..most]);
            ReadRows(taken[..count], rows);
            Compare(taken[..count], rows);
            Count += count;
            if (count < most)
            {
                return;
            }
        }
    }

    private int Affordable(double cost) => Math.Min(Math.Max((int)Math.Min(cost / ProbeCost.Check, AtOnce), found.Missing), AtOnce);

    /// <summary>Reads rows, and asks for their codes. Each is a read from memory at random, so all are asked for before the first is needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadRows(ReadOnlySpan<Candidate> taken, Span<int> rows)
    {
        PackedNumbers ofTable = default;
        int table = -1;
        foreach (Candidate candidate in taken)
        {
            if (candidate.Table != table)
            {
                ofTable = index.Rows(table = candidate.Table);
            }

            ofTable.AskFor(candidate.Position);
        }

        ReadOnlySpan<ulong> words = index.Codes.UncheckedWords;
        for (int i = 0; i < taken.Length; i++)
        {
            if (taken[i].Table != table)
            {
                ofTable = index.Rows(table = taken[i].Table);
            }

            rows[i] = index.Sound(ofTable[taken[i].Position]);
            BucketProbe.AskFor(words, rows[i] * query.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compare(ReadOnlySpan<Candidate> taken, ReadOnlySpan<int> rows)
    {
        Codes codes = index.Codes;
        bool needsChecks = codes.NeedsChecks;
        ReadOnlySpan<ulong> words = codes.UncheckedWords;
        ReadOnlySpan<ulong> wanted = query;
        for (int i = 0; i < taken.Length; i++)
        {
            ReadOnlySpan<ulong> code = needsChecks ? codes[rows[i]] : words.Slice(rows[i] * wanted.Length, wanted.Length);
            int distance = BitOperations.PopCount(code[0] ^ wanted[0]);
            for (int word = 1; word < code.Length; word++)
            {
                distance += BitOperations.PopCount(code[word] ^ wanted[word]);
            }

            if (found.Wants(distance, rows[i]) && IsFirst(taken[i].Table, code))
            {
                found.Take(distance, rows[i]);
            }
        }
    }

    /// <summary>Whether a table was the first in which a code was met.</summary>
    private bool IsFirst(int table, ReadOnlySpan<ulong> code)
    {
        int step = tables[table].StepOf(KeyDistance(table, code));
        for (int i = 0; i < tables.Length; i++)
        {
            if (i != table && tables[i].HadRead(KeyDistance(i, code), step))
            {
                return false;
            }
        }

        return true;
    }

    private int KeyDistance(int table, ReadOnlySpan<ulong> code) => index.Layout.Tables[table].Key.Distance(code, query);
}
