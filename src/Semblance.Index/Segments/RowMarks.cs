using System.Numerics;

namespace Semblance.Index.Segments;

/// <summary>Rows that are marked as deleted, in pages that views share until the writer changes one.</summary>
/// <remarks>One thread adds marks and takes views; views are read by any number of threads. A mark that is added copies at most one page per view taken.</remarks>
internal sealed class RowMarks
{
    /// <summary>Rows of a page.</summary>
    public const int PageRows = 1 << PageShift;

    private const int PageShift = 15;
    private readonly ulong[]?[] _pages;
    private readonly bool[] _shared;

    /// <summary>No row marked.</summary>
    public RowMarks(int rows)
        : this(rows, new ulong[]?[(int)(((long)rows + PageRows - 1) >> PageShift)])
    {
    }

    private RowMarks(int rows, ulong[]?[] pages)
    {
        (Rows, _pages) = (rows, pages);
        _shared = new bool[pages.Length];
    }

    /// <summary>Rows that there are, marked or not.</summary>
    public int Rows { get; }

    /// <summary>Rows that are marked.</summary>
    public int Count { get; private set; }

    /// <summary>Pages with marks: number and words, bit r mod 64 of word r / 64 for row r of the page.</summary>
    public IEnumerable<(int Page, ulong[] Words)> Pages
    {
        get
        {
            for (int page = 0; page < _pages.Length; page++)
            {
                if (_pages[page] is { } words)
                {
                    yield return (page, words);
                }
            }
        }
    }

    /// <summary>Whether a row is marked.</summary>
    public bool this[int row] => _pages[row >> PageShift] is { } words && ((words[WordOf(row)] >> (row & 63)) & 1) != 0;

    /// <summary>Marks a row; false if it was marked already.</summary>
    public bool Add(int row)
    {
        if (this[row])
        {
            return false;
        }

        OwnPage(row >> PageShift)[WordOf(row)] |= 1UL << (row & 63);
        Count++;
        return true;
    }

    /// <summary>The marks as they are now; later ones on either side do not show on the other.</summary>
    public RowMarks View()
    {
        RowMarks view = new(Rows, (ulong[]?[])_pages.Clone()) { Count = Count };
        Array.Fill(_shared, true);
        Array.Fill(view._shared, true);
        return view;
    }

    /// <summary>Rows that are marked here and not in an earlier view.</summary>
    public IEnumerable<int> Since(RowMarks earlier)
    {
        for (int page = 0; page < _pages.Length; page++)
        {
            if (_pages[page] is not { } words || words == earlier._pages[page])
            {
                continue;
            }

            for (int word = 0; word < words.Length; word++)
            {
                ulong added = words[word] & ~(earlier._pages[page]?[word] ?? 0);
                for (; added != 0; added &= added - 1)
                {
                    yield return (page << PageShift) + (word * 64) + BitOperations.TrailingZeroCount(added);
                }
            }
        }
    }

    /// <summary>Adds the marks of a page that was read from a file; false where a mark is not a row.</summary>
    public bool AddPage(int page, ulong[] words)
    {
        int rowsInPage = Math.Min(PageRows, Rows - (page << PageShift));
        for (int word = 0; word < words.Length; word++)
        {
            int rows = Math.Clamp(rowsInPage - (word * 64), 0, 64);
            if (rows < 64 && words[word] >> rows != 0)
            {
                return false;
            }

            Count += BitOperations.PopCount(words[word]);
        }

        _pages[page] = words;
        return true;
    }

    /// <summary>Words of a page.</summary>
    public static int WordsOf(int rows, int page) => (Math.Min(PageRows, rows - (page << PageShift)) + 63) / 64;

    private static int WordOf(int row) => (row & (PageRows - 1)) >> 6;

    private ulong[] OwnPage(int page)
    {
        if (_pages[page] is not { } words)
        {
            words = _pages[page] = new ulong[WordsOf(Rows, page)];
            _shared[page] = false;
        }
        else if (_shared[page])
        {
            words = _pages[page] = (ulong[])words.Clone();
            _shared[page] = false;
        }

        return words;
    }
}
