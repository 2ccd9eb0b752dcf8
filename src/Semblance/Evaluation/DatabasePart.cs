using System.Numerics;
using Semblance.Evaluation.Kernels;
using Semblance.Index;
using Semblance.Index.Kernels;

namespace Semblance.Evaluation;

/// <summary>A part of the database, ready to be met by every query.</summary>
internal sealed class DatabasePart
{
    // With more words the lists of a query's labels are shorter than the masks of all rows.
    private const int MostMaskBits = 512;
    private readonly Dictionary<int, int[]> _rowsOfLabel;
    private readonly Dictionary<int, int> _maskBits = [];
    private readonly Codes? _masks;
    private readonly ushort[] _labelCounts = [];

    public DatabasePart(Codes codes, IReadOnlyList<IReadOnlyList<int>> labels)
    {
        Codes = codes;
        _rowsOfLabel = RowsOfLabels(labels);
        if (_rowsOfLabel.Count <= MostMaskBits && labels.Any(row => row.Count > 1))
        {
            (_masks, _labelCounts) = Masks(labels);
        }
    }

    /// <summary>The codes of the rows.</summary>
    public Codes Codes { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Codes.Count;

    /// <summary>The rows that share a label with a query, ascending.</summary>
    /// <param name="labels">The query's, each once.</param>
    /// <param name="scratch">Memory for rows and grades.</param>
    /// <param name="graded">Whether the grades were filled; if not, every grade is 1.</param>
    public ReadOnlySpan<int> Relevant(int[] labels, ScanScratch scratch, out bool graded)
    {
        int[] known = [.. labels.Where(_rowsOfLabel.ContainsKey)];
        graded = known.Length > 1;
        return known.Length switch
        {
            0 => [],
            1 => _rowsOfLabel[known[0]],
            _ => _masks is { } masks ? ByMasks(masks, known, scratch) : ByLists(known, scratch),
        };
    }

    /// <summary>Labels that two sets share are half of what their sizes exceed the labels in only one of them by, and those are a Hamming distance.</summary>
    private ReadOnlySpan<int> ByMasks(Codes masks, int[] known, ScanScratch scratch)
    {
        ulong[] mask = new ulong[masks.WordsPerCode];
        foreach (int label in known)
        {
            mask[_maskBits[label] >> 6] |= 1UL << (_maskBits[label] & 63);
        }

        Span<ushort> grades = scratch.Grades[..Count];
        Span<int> rows = scratch.Rows;
        HammingKernels.Default.Distances(masks.Words, mask, grades);
        LabelSets.Shared(_labelCounts, known.Length, grades);
        int found = 0;
        for (int row = 0; row < grades.Length; row++)
        {
            rows[found] = row;
            found += grades[row] == 0 ? 0 : 1;
        }

        return rows[..found];
    }

    private ReadOnlySpan<int> ByLists(int[] known, ScanScratch scratch)
    {
        Span<ushort> grades = scratch.Grades[..Count];
        Span<int> rows = scratch.Rows;
        grades.Clear();
        int found = 0;
        foreach (int label in known)
        {
            foreach (int row in _rowsOfLabel[label])
            {
                rows[found] = row;
                found += grades[row]++ == 0 ? 1 : 0;
            }
        }

        rows[..found].Sort();
        return rows[..found];
    }

    private (Codes Masks, ushort[] Counts) Masks(IReadOnlyList<IReadOnlyList<int>> labels)
    {
        foreach (int label in _rowsOfLabel.Keys)
        {
            _maskBits[label] = _maskBits.Count;
        }

        int words = Codes.WordsFor(_maskBits.Count);
        ulong[] masks = new ulong[labels.Count * words];
        ushort[] counts = new ushort[labels.Count];
        for (int row = 0; row < labels.Count; row++)
        {
            Span<ulong> mask = masks.AsSpan(row * words, words);
            foreach (int label in labels[row])
            {
                mask[_maskBits[label] >> 6] |= 1UL << (_maskBits[label] & 63);
            }

            foreach (ulong word in mask)
            {
                counts[row] += (ushort)BitOperations.PopCount(word);
            }
        }

        return (new Codes(_maskBits.Count, masks), counts);
    }

    private static Dictionary<int, int[]> RowsOfLabels(IReadOnlyList<IReadOnlyList<int>> labels)
    {
        Dictionary<int, List<int>> rowsOfLabel = [];
        for (int row = 0; row < labels.Count; row++)
        {
            IReadOnlyList<int> own = labels[row];
            for (int i = 0; i < own.Count; i++)
            {
                if (!rowsOfLabel.TryGetValue(own[i], out List<int>? rows))
                {
                    rowsOfLabel[own[i]] = rows = [];
                }

                if (rows.Count == 0 || rows[^1] != row)
                {
                    rows.Add(row);
                }
            }
        }

        return rowsOfLabel.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
    }
}
