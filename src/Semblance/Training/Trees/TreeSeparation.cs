using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Sampling.Trees;
using Semblance.Tensors;

namespace Semblance.Training.Trees;

/// <summary>Separations of classes as losses ask for them, looked up in a tree for the classes of a batch alone.</summary>
/// <param name="names">Names of the classes for messages, by label; empty where they have none.</param>
public sealed class TreeSeparation(IReadOnlyList<string>? names = null) : IClassSeparation
{
    /// <summary>The tree of the present; null before the first one.</summary>
    public ClassTree? Tree { get; set; }

    /// <inheritdoc/>
    public Tensor? Between(Tensor anchors, Tensor references, bool demandAll)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentNullException.ThrowIfNull(references);
        if (Tree is not { } tree)
        {
            return null;
        }
        (List<int[]> rows, long[] rowOf) = Distinct(anchors, tree, demandAll);
        (List<int[]> columns, long[] columnOf) = Distinct(references, tree, demandAll);
        double[] apart = new double[rows.Count * columns.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Count; column++)
            {
                apart[(row * columns.Count) + column] = Nearest(tree, rows[row], columns[column]);
            }
        }
        Tensor table = Tensor.From(apart, rows.Count, columns.Count);
        return table.IndexSelect(0, Tensor.From(rowOf, rowOf.Length)).IndexSelect(1, Tensor.From(columnOf, columnOf.Length)).To(anchors.Device);
    }

    /// <summary>The smallest margin without gain between a class of the one and a class of the other; NaN where either has a class that is not in the tree, or none.</summary>
    private static double Nearest(ClassTree tree, int[] anchor, int[] reference)
    {
        double least = double.PositiveInfinity;
        foreach (int p in anchor)
        {
            foreach (int q in reference)
            {
                least = p < 0 || q < 0 ? double.NaN : Math.Min(least, tree.Margin(p, q, gain: 0));
            }
        }
        return double.IsPositiveInfinity(least) ? double.NaN : least;
    }

    /// <summary>The different sets of classes that the labels name, by their places in the tree, and which of them each label has.</summary>
    private (List<int[]> Sets, long[] SetOf) Distinct(Tensor labels, ClassTree tree, bool demandAll)
    {
        bool several = ClassLabels.IsMultiHot(labels);
        double[] values = several ? labels.NotEqualTo(0).To(DataType.Float64).Contiguous().ToArray<double>() : [];
        long[] ids = several ? [] : labels.To(DataType.Int64).Contiguous().ToArray<long>();
        int width = several ? (int)labels.Size(1) : 1;
        long[] setOf = new long[labels.Size(0)];
        List<int[]> sets = [];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        Dictionary<long, int> knownIds = [];
        for (int item = 0; item < setOf.Length; item++)
        {
            if (!several)
            {
                setOf[item] = Number(knownIds, ids[item], () => [Place(tree, ids[item], demandAll)]);
                continue;
            }
            int[] classes = [.. Enumerable.Range(0, width).Where(label => values[(item * width) + label] != 0)];
            setOf[item] = Number(known, string.Join(' ', classes), () => [.. classes.Select(label => Place(tree, label, demandAll))]);
        }
        return (sets, setOf);

        int Number<T>(Dictionary<T, int> numbers, T key, Func<int[]> make)
            where T : notnull
        {
            if (!numbers.TryGetValue(key, out int number))
            {
                numbers[key] = number = sets.Count;
                sets.Add(make());
            }
            return number;
        }
    }

    private int Place(ClassTree tree, long label, bool demandAll)
    {
        int place = label is >= int.MinValue and <= int.MaxValue ? tree.Find((int)label) : -1;
        if (place >= 0 || !demandAll)
        {
            return place;
        }
        string name = names is not null && label >= 0 && label < names.Count ? $"\"{names[(int)label]}\"" : $"{label}";
        throw new ArgumentException($"class {name} of the batch is not in the tree, which has {tree.Count} classes. Build the tree from images of all classes that train, or give unknown classes the initial margin.", nameof(label));
    }
}
