namespace Semblance.Sampling;

/// <summary>The items of each class, as samplers by classes draw them.</summary>
internal static class ItemsByClass
{
    /// <summary>Classes in the order of their labels, each with its items in order; an item of several labels is in each of their classes.</summary>
    public static (int[] Labels, int[][] Items) Of(IReadOnlyList<int[]> labels)
    {
        SortedDictionary<int, List<int>> classes = [];
        for (int item = 0; item < labels.Count; item++)
        {
            foreach (int label in labels[item].Distinct())
            {
                if (!classes.TryGetValue(label, out List<int>? items))
                {
                    classes[label] = items = [];
                }
                items.Add(item);
            }
        }
        return ([.. classes.Keys], [.. classes.Values.Select(items => items.ToArray())]);
    }
}
