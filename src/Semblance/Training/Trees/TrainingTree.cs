using Semblance.Data;
using Semblance.Sampling;
using Semblance.Sampling.Trees;
using Semblance.Tensors;

namespace Semblance.Training.Trees;

/// <summary>The tree of classes of a run: built on schedule, looked up by the loss, followed by the sampler, kept in checkpoints.</summary>
/// <remarks>A new tree takes the place of the old one between two steps, for loss and sampler at once.</remarks>
public sealed class TrainingTree : IDisposable
{
    // A stream of the seed for choosing the images of classes that have too many.
    private const long ChoosingImages = 0x7265;

    private readonly Recipe recipe;
    private readonly Dataset train;
    private readonly long batchesPerPass;
    private readonly int[] labels;
    private readonly ClassTreeOptions options;
    private readonly Tensor nodes;
    private readonly Tensor inner;
    private readonly Tensor neighbours;
    private readonly Tensor baseDistance;
    private readonly Tensor version;

    /// <summary>No tree yet.</summary>
    /// <param name="recipe">The run's; it has a tree.</param>
    /// <param name="train">The images that train.</param>
    /// <param name="sampler">The run's sampler, before the first tree.</param>
    public TrainingTree(Recipe recipe, Dataset train, IBatchSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(sampler);
        this.recipe = recipe;
        this.train = train;
        Sampler = sampler;
        batchesPerPass = sampler.BatchesPerPass;
        labels = [.. train.Items.SelectMany(item => item.Labels).Distinct().Order()];
        Separation = new TreeSeparation(train.ClassNames);
        options = OptionsOf(recipe, labels.Length);
        nodes = Tensor.Zeros([labels.Length, options.Levels + 1], DataType.Int32).Detached();
        inner = Tensor.Zeros([labels.Length], DataType.Float64).Detached();
        neighbours = Tensor.Zeros([labels.Length, options.Neighbours], DataType.Int32).Detached();
        baseDistance = Tensor.Zeros([1], DataType.Float64).Detached();
        version = Tensor.Zeros([1], DataType.Int64).Detached();
    }

    /// <summary>What losses look up.</summary>
    public TreeSeparation Separation { get; }

    /// <summary>The order of the images, by the present tree where the sampler goes by one.</summary>
    public IBatchSampler Sampler { get; private set; }

    /// <summary>How many trees the schedule has asked for up to the present one; 0 before the first.</summary>
    public long Version { get; private set; }

    /// <summary>The tree in tensors, by name; they stay this object's. <see cref="Restore"/> makes a tree of what was written into them.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State => [("nodes", nodes), ("inner-distances", inner), ("neighbours", neighbours), ("base-distance", baseDistance), ("version", version)];

    /// <summary>Whether the schedule wants another tree before a step.</summary>
    /// <param name="step">Steps of the optimizer so far.</param>
    public bool IsDue(long step) => VersionAt(step) != Version;

    /// <summary>The images that a tree is made of, by their places in the training set.</summary>
    public IReadOnlyList<int> Images()
    {
        if (recipe.Tree!.ImagesPerClass is not { } most)
        {
            return [.. Enumerable.Range(0, train.Count)];
        }
        SortedSet<int> chosen = [];
        foreach (IGrouping<int, int> members in Enumerable.Range(0, train.Count).SelectMany(item => train.Items[item].Labels.Select(label => (item, label))).GroupBy(pair => pair.label, pair => pair.item))
        {
            int[] items = [.. members];
            new SeededRandom(recipe.Seed, ChoosingImages, members.Key).Shuffle<int>(items);
            chosen.UnionWith(items.Take(most));
        }
        return [.. chosen];
    }

    /// <summary>Builds the tree that the schedule wants before a step, and puts it in the place of the old one.</summary>
    /// <param name="step">Steps of the optimizer so far.</param>
    /// <param name="embeddings">Embeddings of images with their places in the training set, in any order.</param>
    /// <exception cref="ArgumentException">An embedding has NaN.</exception>
    public ClassTree Build(long step, IEnumerable<(ReadOnlyMemory<float> Rows, int[] Indices)> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ClassTree tree = ClassTree.Of(Means(image => train.Items[image].Labels, embeddings), options);
        ClassTreeParts parts = tree.Parts;
        using (TensorScope scope = new())
        {
            nodes.CopyFrom(Tensor.From(parts.Nodes, nodes.Shape));
            inner.CopyFrom(Tensor.From(parts.InnerDistances, inner.Shape));
            neighbours.CopyFrom(Tensor.From(parts.Neighbours, neighbours.Shape));
            baseDistance.Fill(parts.BaseDistance);
            version.Fill(VersionAt(step));
        }
        Take(tree);
        return tree;
    }

    /// <summary>The classes of embedded images, from which a tree is made.</summary>
    /// <param name="labels">The classes of an image by its place.</param>
    /// <param name="embeddings">Embeddings with the places of their images.</param>
    /// <exception cref="ArgumentException">An embedding has NaN.</exception>
    /// <exception cref="InvalidOperationException">No image has a label.</exception>
    public static ClassMeans Means(Func<int, IReadOnlyList<int>> labels, IEnumerable<(ReadOnlyMemory<float> Rows, int[] Indices)> embeddings)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(embeddings);
        ClassTreeBuilder? builder = null;
        foreach ((ReadOnlyMemory<float> rows, int[] indices) in embeddings)
        {
            for (int k = 0; k < indices.Length; k++)
            {
                int width = rows.Length / indices.Length;
                builder ??= new ClassTreeBuilder(width);
                foreach (int label in labels(indices[k]))
                {
                    builder.Add(rows.Span.Slice(k * width, width), label);
                }
            }
        }
        return (builder ?? new ClassTreeBuilder(1)).Means();
    }

    /// <summary>Makes the tree of what a checkpoint wrote into <see cref="State"/>.</summary>
    public void Restore()
    {
        if (version.ToInt64() > 0)
        {
            Take(new ClassTree(new(labels, inner.ToArray<double>(), baseDistance.ToDouble(), options.Levels, nodes.ToArray<int>(), neighbours.ToArray<int>())));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor value) in State)
        {
            value.Dispose();
        }
    }

    private void Take(ClassTree tree)
    {
        Separation.Tree = tree;
        Sampler = Sampler is AnchorNeighbourSampler byTree ? byTree.With(tree) : Sampler;
        Version = version.ToInt64();
    }

    private long VersionAt(long step)
    {
        long passes = step * recipe.Accumulate / batchesPerPass;
        return passes < recipe.Tree!.FromEpoch ? 0 : 1 + ((passes - recipe.Tree.FromEpoch) / recipe.Tree.EveryEpochs);
    }

    private static ClassTreeOptions OptionsOf(Recipe recipe, int classes)
    {
        bool sampled = recipe.Sampler.Kind == SamplerKind.AnchorNeighbour;
        // So many can be in a batch before an anchor has all of its own.
        int wanted = sampled ? (recipe.Sampler.Anchors * recipe.Sampler.Neighbours) - 1 : 0;
        return new() { Levels = recipe.Tree!.Levels, Linkage = recipe.Tree.Linkage, Neighbours = Math.Min(wanted, classes - 1), Threads = TrainingJob.LoaderThreads(recipe) };
    }
}
