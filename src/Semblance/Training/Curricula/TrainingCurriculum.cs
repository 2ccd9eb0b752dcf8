using Semblance.Curriculum;
using Semblance.Data;
using Semblance.Sampling;
using Semblance.Tensors;

namespace Semblance.Training.Curricula;

/// <summary>The curriculum of a run: which images train when, and how much each counts; kept in checkpoints.</summary>
/// <remarks>Subset 0 is the cleanest. An image without a subset, <see cref="CurriculumStage.LeftOut"/>, trains in the warm-up alone.</remarks>
public sealed class TrainingCurriculum : IDisposable
{
    private readonly Recipe recipe;
    private readonly Dataset train;
    private readonly Func<Dataset, IBatchSampler> sampling;
    private readonly Tensor stored;
    private readonly Tensor stagesBegun;
    private int[] subsets = [];

    /// <summary>A curriculum before its first stage; where the recipe names a table, it is read.</summary>
    /// <param name="recipe">The run's; it has a curriculum.</param>
    /// <param name="train">The images that train.</param>
    /// <param name="steps">Length of the run.</param>
    /// <param name="sampling">Makes the recipe's sampler over some of the images.</param>
    /// <exception cref="InvalidDataException">The images have several labels, or the table does not fit them.</exception>
    public TrainingCurriculum(Recipe recipe, Dataset train, long steps, Func<Dataset, IBatchSampler> sampling)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(sampling);
        RequireOneLabel(train);
        (this.recipe, this.train, this.sampling) = (recipe, train, sampling);
        Times = new StageTimes(Settings, steps);
        stored = Tensor.Zeros([train.Count], DataType.Int32).Detached();
        stagesBegun = Tensor.Zeros([1], DataType.Int64).Detached();
        Sampler = sampling(train);
        if (Settings.Table is { } table)
        {
            Tabled = SubsetsOfTable.Read(table, train, Settings);
        }
    }

    /// <summary>The recipe's keys.</summary>
    public CurriculumRecipe Settings => recipe.Curriculum!;

    /// <summary>When what begins.</summary>
    public StageTimes Times { get; }

    /// <summary>The order of the images.</summary>
    public IBatchSampler Sampler { get; private set; }

    /// <summary>Subset of each training image, <see cref="CurriculumStage.LeftOut"/> for none; empty before the first stage.</summary>
    public IReadOnlyList<int> Subsets => subsets;

    /// <summary>Number of subsets, once the stages have begun: the recipe's, or what the data suggest.</summary>
    public int SubsetCount => CountOf(subsets);

    /// <summary>The curriculum in tensors, by name; they stay this object's. <see cref="Restore"/> reads what was written into them.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State => [("subsets", stored), ("begun", stagesBegun)];

    /// <summary>Whether the stages are to begin before a step: the images must be divided now.</summary>
    public bool IsDue(long step) => subsets.Length == 0 && step >= Times.Warmup;

    /// <summary>What the recipe's table says of the training images; null where the run divides them itself.</summary>
    internal DividedImages? Tabled { get; }

    /// <summary>Begins the stages.</summary>
    /// <param name="divided">Subset of each training image.</param>
    /// <param name="clean">How clean each is on a scale that is the same in all classes, the larger the cleaner; the noisiest of the last subset may be left out by it.</param>
    /// <exception cref="InvalidDataException">A stage would have no image, or fewer than its sampler needs.</exception>
    public void Begin(int[] divided, IReadOnlyList<double> clean)
    {
        ArgumentNullException.ThrowIfNull(divided);
        ArgumentNullException.ThrowIfNull(clean);
        Take(WithoutNoisiest(divided, clean));
        using TensorScope scope = new();
        stored.CopyFrom(Tensor.From(subsets, subsets.Length));
        stagesBegun.Fill(1);
    }

    /// <summary>Goes on from what a checkpoint wrote into <see cref="State"/>.</summary>
    public void Restore()
    {
        if (stagesBegun.ToInt64() > 0)
        {
            Take(stored.ToArray<int>());
        }
    }

    /// <summary>What the losses of images are multiplied by at a step; null where all count alike.</summary>
    public float[]? WeightsOf(IReadOnlyList<int> items, long step)
    {
        ArgumentNullException.ThrowIfNull(items);
        int stage = Times.StageAt(step);
        if (stage == 0 || subsets.Length == 0)
        {
            return null;
        }
        double[] weights = CurriculumStage.WeightsOf([.. items.Select(item => subsets[item])], stage, Settings.Weights, Settings.WeightsMeanOne);
        return Array.TrueForAll(weights, weight => weight == 1) ? null : Array.ConvertAll(weights, weight => (float)weight);
    }

    /// <summary>Images of each subset.</summary>
    public int[] Sizes() => [.. Enumerable.Range(0, SubsetCount).Select(subset => subsets.Count(other => other == subset))];

    /// <inheritdoc/>
    public void Dispose()
    {
        stored.Dispose();
        stagesBegun.Dispose();
    }

    private void Take(int[] divided)
    {
        subsets = divided;
        List<(long, IBatchSampler)> parts = Times.Warmup > 0 ? [(0, sampling(train))] : [];
        for (int stage = 1; stage <= Times.Stages; stage++)
        {
            parts.Add((Times.StartOf(stage) * recipe.Accumulate, SamplerOf(stage)));
        }
        Sampler = new StagedSampler(parts);
    }

    private IBatchSampler SamplerOf(int stage)
    {
        // Where the data suggest fewer subsets than there are stages, the last stages draw from all.
        int last = Math.Min(stage, SubsetCount);
        int[] active = CurriculumStage.ActiveSubsets(last, SubsetCount);
        int[][] items = [.. Enumerable.Range(0, SubsetCount).Select(subset => Enumerable.Range(0, subsets.Length).Where(item => subsets[item] == subset).ToArray())];
        int[] drawn = [.. active.SelectMany(subset => items[subset]).Order()];
        if (active.FirstOrDefault(subset => items[subset].Length == 0, CurriculumStage.LeftOut) is >= 0 and int empty)
        {
            throw new InvalidDataException($"Stage {stage} of the curriculum draws from subset {empty}, which has no image. Set curriculum.subsets or curriculum.stages to fewer, or choose another curriculum.method.");
        }
        long seed = unchecked((long)new SeededRandom(recipe.Seed, stage, Drawing).NextBits());
        return Settings.Batches == StageBatches.Halves
            ? new CurriculumSampler(items, [.. train.Items.Select(item => item.Labels)], CurriculumStage.Composition(last, SubsetCount, recipe.Sampler.Batch), seed)
            : new PartSampler(sampling(train.Subset(drawn, FormattableString.Invariant($"{train.Name}, stage {stage}"))), drawn);
    }

    // A stream of the seed for what the stages draw.
    private const long Drawing = 0x6375;

    private int CountOf(int[] divided) => Settings.Subsets ?? divided.DefaultIfEmpty(CurriculumStage.LeftOut).Max() + 1;

    /// <summary>Leaves out the noisiest images of the last subset where the recipe trains on a share of it.</summary>
    private int[] WithoutNoisiest(int[] divided, IReadOnlyList<double> clean)
    {
        int last = CountOf(divided) - 1;
        int[] noisiest = [.. Enumerable.Range(0, divided.Length).Where(item => divided[item] == last).OrderByDescending(item => clean[item])];
        int kept = (int)Math.Ceiling(noisiest.Length * Settings.NoisiestShare);
        int[] taken = [.. divided];
        foreach (int item in noisiest.Skip(kept))
        {
            taken[item] = CurriculumStage.LeftOut;
        }
        return taken;
    }

    private static void RequireOneLabel(Dataset train)
    {
        for (int index = 0; index < train.Count; index++)
        {
            if (train.Items[index].Labels.Length != 1)
            {
                throw new InvalidDataException($"{train.Describe(index)} has {train.Items[index].Labels.Length} labels; a curriculum divides the images of each class, so that every training image needs one label. Remove curriculum, or use other labels.");
            }
        }
    }
}
