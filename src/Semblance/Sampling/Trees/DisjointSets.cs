namespace Semblance.Sampling.Trees;

/// <summary>Sets that only grow together (union-find with path halving).</summary>
internal sealed class DisjointSets
{
    private readonly int[] _parents;

    public DisjointSets(int count)
    {
        _parents = [.. Enumerable.Range(0, count)];
    }

    /// <summary>The smallest member of an element's set.</summary>
    public int Find(int element)
    {
        int[] parents = _parents;
        while (parents[element] != element)
        {
            parents[element] = parents[parents[element]];
            element = parents[element];
        }
        return element;
    }

    public void Join(int a, int b)
    {
        (int rootA, int rootB) = (Find(a), Find(b));
        if (rootA != rootB)
        {
            _parents[Math.Max(rootA, rootB)] = Math.Min(rootA, rootB);
        }
    }

    /// <summary>Joins what is joined in the other.</summary>
    public void JoinAll(DisjointSets other)
    {
        for (int element = 0; element < _parents.Length; element++)
        {
            Join(element, other.Find(element));
        }
    }

    /// <summary>Numbers the sets 0, 1, ... in the order of their smallest members.</summary>
    public int[] Number()
    {
        int[] numbers = new int[_parents.Length];
        int next = 0;
        for (int element = 0; element < numbers.Length; element++)
        {
            int root = Find(element);
            numbers[element] = root == element ? next++ : numbers[root];
        }
        return numbers;
    }
}
