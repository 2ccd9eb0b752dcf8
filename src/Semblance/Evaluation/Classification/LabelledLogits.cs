namespace Semblance.Evaluation.Classification;

/// <summary>One number for each class, row by row, with the labels of the items.</summary>
public sealed record LabelledLogits
{
    private readonly ReadOnlyMemory<float> single;
    private readonly ReadOnlyMemory<double> full;

    /// <summary>Joins rows and items.</summary>
    /// <param name="rows">Logits, row-major; minus infinity is a class that cannot be.</param>
    /// <param name="classes">Numbers a row.</param>
    /// <param name="items">Their items.</param>
    /// <exception cref="ArgumentException">There is no item, not one whole row each, a label outside the classes, or a logit that is NaN or plus infinity.</exception>
    public LabelledLogits(ReadOnlyMemory<float> rows, int classes, LabelledItems items)
        : this(rows.Length, classes, items)
    {
        single = rows;
        RequireNumbers();
    }

    /// <summary>Joins rows of double precision and items; nothing is rounded.</summary>
    /// <inheritdoc cref="LabelledLogits(ReadOnlyMemory{float}, int, LabelledItems)"/>
    public LabelledLogits(ReadOnlyMemory<double> rows, int classes, LabelledItems items)
        : this(rows.Length, classes, items)
    {
        full = rows;
        RequireNumbers();
    }

    private LabelledLogits(int length, int classes, LabelledItems items)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (length % classes != 0)
        {
            throw new ArgumentException($"{items.Name}: {length} logits are not whole rows of {classes} classes. Give whole rows.");
        }

        items.RequireCount(length / classes);
        if (items.Count == 0)
        {
            throw new ArgumentException($"{items.Name} has no items; accuracy needs one at least.", nameof(items));
        }

        (Classes, Items) = (classes, items);
        RequireLabels();
    }

    /// <summary>Numbers a row.</summary>
    public int Classes { get; }

    /// <summary>Their items.</summary>
    public LabelledItems Items { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Items.Count;

    /// <summary>Whether every item has exactly one label, so that it is either right or wrong.</summary>
    public bool SingleLabel => Items.SingleLabel;

    /// <summary>The logit of an item for a class.</summary>
    internal double this[int item, int label] => At((item * Classes) + label);

    /// <summary>Reads the row of an item.</summary>
    internal void Read(int item, Span<double> row)
    {
        for (int label = 0; label < Classes; label++)
        {
            row[label] = this[item, label];
        }
    }

    private double At(int place) => full.IsEmpty ? single.Span[place] : full.Span[place];

    private void RequireLabels()
    {
        for (int item = 0; item < Count; item++)
        {
            foreach (int label in Items.Labels[item].Where(label => label < 0 || label >= Classes))
            {
                throw new ArgumentException($"{Items.Name}: item {item} has label {label}, and there are logits for the classes 0 to {Classes - 1}. Give a logit for each class, or labels within them.");
            }
        }
    }

    private void RequireNumbers()
    {
        for (int place = 0; place < Count * Classes; place++)
        {
            if (At(place) is double.NaN or double.PositiveInfinity)
            {
                throw new ArgumentException($"{Items.Name}: the logit of item {place / Classes} for class {place % Classes} is {At(place)}; numbers are needed. Look for a diverged model.");
            }
        }
    }
}
