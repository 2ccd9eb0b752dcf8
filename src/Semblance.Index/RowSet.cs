using System.Numerics;

namespace Semblance.Index;

/// <summary>A set of rows, a bit a row.</summary>
/// <remarks>Not safe for writing while others read; a set that is no longer written may be read by many.</remarks>
public sealed class RowSet
{
    private readonly ulong[] _words;

    /// <summary>An empty set.</summary>
    /// <param name="rows">Rows that there are, 0 or more.</param>
    public RowSet(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        Rows = rows;
        _words = new ulong[((long)rows + 63) / 64];
    }

    /// <summary>Rows that there are, in the set or not.</summary>
    public int Rows { get; }

    /// <summary>Rows in the set.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>The bits: row r is bit r mod 64 of word r / 64; those above the last row are zero.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>Whether a row is in the set.</summary>
    public bool this[int row]
    {
        get
        {
            RequireRow(row);
            return ((_words[row >> 6] >> (row & 63)) & 1) != 0;
        }
        set
        {
            RequireRow(row);
            ulong bit = 1UL << (row & 63);
            _words[row >> 6] = value ? _words[row >> 6] | bit : _words[row >> 6] & ~bit;
        }
    }

    /// <summary>A set of some rows.</summary>
    public static RowSet Of(int rows, ReadOnlySpan<int> members)
    {
        RowSet set = new(rows);
        foreach (int row in members)
        {
            set[row] = true;
        }

        return set;
    }

    /// <summary>All rows.</summary>
    public static RowSet All(int rows) => new RowSet(rows).Not();

    /// <summary>Rows in both sets.</summary>
    public RowSet And(RowSet other) => Combine(other, (mine, theirs) => mine & theirs);

    /// <summary>Rows in either set.</summary>
    public RowSet Or(RowSet other) => Combine(other, (mine, theirs) => mine | theirs);

    /// <summary>Rows in this set and not in the other.</summary>
    public RowSet Except(RowSet other) => Combine(other, (mine, theirs) => mine & ~theirs);

    /// <summary>Rows that are not in this set.</summary>
    public RowSet Not()
    {
        RowSet result = new(Rows);
        for (int i = 0; i < _words.Length; i++)
        {
            result._words[i] = ~_words[i];
        }

        if ((Rows & 63) != 0)
        {
            result._words[^1] &= (1UL << (Rows & 63)) - 1;
        }

        return result;
    }

    private RowSet Combine(RowSet other, Func<ulong, ulong, ulong> combine)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Rows != Rows)
        {
            throw new ArgumentException($"a set over {other.Rows} rows meets a set over {Rows}; both must be over the same rows.", nameof(other));
        }

        RowSet result = new(Rows);
        for (int i = 0; i < _words.Length; i++)
        {
            result._words[i] = combine(_words[i], other._words[i]);
        }

        return result;
    }

    private void RequireRow(int row)
    {
        if ((uint)row >= (uint)Rows)
        {
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The set is over {Rows} rows, 0 to {Rows - 1}.");
        }
    }
}
