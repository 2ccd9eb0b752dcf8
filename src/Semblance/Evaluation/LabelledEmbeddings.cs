namespace Semblance.Evaluation;

/// <summary>Embeddings with the labels of their items.</summary>
public sealed record LabelledEmbeddings
{
    /// <summary>Joins embeddings and items.</summary>
    /// <param name="rows">Embeddings, row-major; they need not be normalised.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="items">Their items.</param>
    /// <exception cref="ArgumentException">Not one whole row an item.</exception>
    public LabelledEmbeddings(ReadOnlyMemory<float> rows, int dimension, LabelledItems items)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (rows.Length % dimension != 0)
        {
            throw new ArgumentException($"{items.Name}: {rows.Length} numbers are not whole rows of {dimension} dimensions. Give whole rows.", nameof(rows));
        }

        items.RequireCount(rows.Length / dimension);
        Rows = rows;
        Dimension = dimension;
        Items = items;
    }

    /// <summary>The embeddings, row-major.</summary>
    public ReadOnlyMemory<float> Rows { get; }

    /// <summary>Numbers a row.</summary>
    public int Dimension { get; }

    /// <summary>Their items.</summary>
    public LabelledItems Items { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Items.Count;
}
