namespace Semblance.Sampling.Trees;

/// <summary>Builds a tree of classes from the embeddings of their images, which are seen once and not kept.</summary>
/// <remarks>
/// Hierarchical Triplet Loss, Ge et al., ECCV 2018. Everything is computed on the processor in double precision, so that ties and strict thresholds fall
/// the same way on every machine. Cost: images × width, and classes² × width for the distances, of which there is never a whole matrix.
/// </remarks>
/// <param name="width">Numbers of an embedding.</param>
public sealed class ClassTreeBuilder(int width)
{
    // As the losses have it: a row of length 0 stays 0.
    private const double ShortestLength = 1e-12;

    private readonly Dictionary<int, ClassSum> _sums = [];
    private readonly double[] _unit = new double[Require.AtLeast(width, 1)];

    /// <summary>Numbers of an embedding.</summary>
    public int Width => width;

    /// <summary>Classes that have been seen.</summary>
    public int Classes => _sums.Count;

    /// <summary>Takes in an image of a class; an image of several classes is added to each.</summary>
    /// <param name="embedding">Its embedding; it is scaled to length 1, and one of length 0 stays 0.</param>
    /// <param name="label">The class; a mere name, which may be negative.</param>
    /// <exception cref="ArgumentException">The embedding has another width, or a number in it is NaN or infinite: one such image would spoil the whole tree.</exception>
    public void Add(ReadOnlySpan<float> embedding, int label)
    {
        CheckWidth(embedding.Length);
        for (int k = 0; k < embedding.Length; k++)
        {
            _unit[k] = embedding[k];
        }
        AddUnit(label);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, int)"/>
    public void Add(ReadOnlySpan<double> embedding, int label)
    {
        CheckWidth(embedding.Length);
        embedding.CopyTo(_unit);
        AddUnit(label);
    }

    /// <summary>What the distances are told from.</summary>
    /// <exception cref="InvalidOperationException">No image has been added.</exception>
    public ClassMeans Means() => Classes > 0 ? new ClassMeans(width, _sums) : throw new InvalidOperationException("A tree of classes needs at least one image with a label; none was added.");

    /// <summary>The tree of what has been added.</summary>
    /// <exception cref="InvalidOperationException">No image has been added.</exception>
    public ClassTree Build(ClassTreeOptions? options = null) => ClassTree.Of(Means(), options ?? new());

    private void CheckWidth(int given)
    {
        if (given != width)
        {
            throw new ArgumentException($"The embedding has {given} numbers; this tree is of embeddings with {width}.");
        }
    }

    private void AddUnit(int label)
    {
        double squares = 0;
        foreach (double value in _unit)
        {
            squares += value * value;
        }
        if (!double.IsFinite(squares))
        {
            throw new ArgumentException($"An embedding of class {label} has NaN or infinite numbers, which would spoil the whole tree. Leave the image out, or look at the weights that embedded it.");
        }
        double length = Math.Max(Math.Sqrt(squares), ShortestLength);
        for (int k = 0; k < _unit.Length; k++)
        {
            _unit[k] /= length;
        }
        if (!_sums.TryGetValue(label, out ClassSum? sum))
        {
            _sums[label] = sum = new ClassSum(width);
        }
        sum.Add(_unit, squares / (length * length));
    }
}
