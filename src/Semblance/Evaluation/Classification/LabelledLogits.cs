namespace Semblance.Evaluation.Classification;

/// <summary>One number for each class, row by row, with the labels of the items.</summary>
public sealed record LabelledLogits
{
    /// <summary>Joins rows and items.</summary>
    /// <param name="rows">Logits, row-major; minus infinity is a class that cannot be.</param>
    /// <param name="classes">Numbers a row.</param>
    /// <param name="items">Their items.</param>
    /// <exception cref="ArgumentException">There is no item, not one whole row each, a label outside the classes, or a logit that is NaN or plus infinity.</exception>
    public LabelledLogits(ReadOnlyMemory<float> rows, int classes, LabelledItems items)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (rows.Length % classes != 0)
        {
            throw new ArgumentException($"{items.Name}: {rows.Length} logits are not whole rows of {classes} classes. Give whole rows.", nameof(rows));
        }

        items.RequireCount(rows.Length / classes);
        if (items.Count == 0)
        {
            throw new ArgumentException($"{items.Name} has no items; accuracy needs one at least.", nameof(items));
        }

        (Rows, Classes, Items) = (rows, classes, items);
        RequireLabels();
        RequireNumbers();
    }

    /// <summary>The logits, row-major.</summary>
    public ReadOnlyMemory<float> Rows { get; }

    /// <summary>Numbers a row.</summary>
    public int Classes { get; }

    /// <summary>Their items.</summary>
    public LabelledItems Items { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Items.Count;

    /// <summary>Whether every item has exactly one label, so that it is either right or wrong.</summary>
    public bool SingleLabel => Items.SingleLabel;

    /// <summary>One row.</summary>
    internal ReadOnlySpan<float> Row(int row) => Rows.Span.Slice(row * Classes, Classes);

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
        ReadOnlySpan<float> rows = Rows.Span;
        for (int place = 0; place < rows.Length; place++)
        {
            if (float.IsNaN(rows[place]) || float.IsPositiveInfinity(rows[place]))
            {
                throw new ArgumentException($"{Items.Name}: the logit of item {place / Classes} for class {place % Classes} is {rows[place]}; numbers are needed. Look for a diverged model.");
            }
        }
    }
}
