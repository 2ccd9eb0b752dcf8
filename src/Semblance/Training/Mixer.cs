using Semblance.Data;

namespace Semblance.Training;

/// <summary>Says of which two images each image of a training batch is made, from seed, step and images alone.</summary>
public sealed class Mixer
{
    // A stream of the run's seed that nothing else draws from.
    private const long Stream = 0x6D6978;
    private readonly MixRecipe recipe;
    private readonly int[] classes;
    private readonly long[] counts;
    private readonly long seed;

    /// <summary>A mixer of training images.</summary>
    /// <param name="recipe">How they are mixed.</param>
    /// <param name="train">The training images.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="InvalidDataException">The rule goes by classes, and images have several labels.</exception>
    public Mixer(MixRecipe recipe, Dataset train, long seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        this.recipe = recipe;
        this.seed = (long)new SeededRandom(seed, Stream).NextBits();
        if (recipe.Kind == MixKind.Mixup)
        {
            (classes, counts) = ([], []);
            return;
        }
        if (train.MultiLabel)
        {
            throw new InvalidDataException($"mix.kind is {Phrases.Kebab(recipe.Kind)}, which goes by the size of an image's class, and images of {train.Name} have several labels. Set mix.kind to mixup.");
        }
        classes = [.. train.Items.Select(item => item.Labels.Length == 1 ? item.Labels[0] : -1)];
        counts = [.. train.ClassCounts().Select(count => (long)count)];
    }

    /// <summary>How a batch is mixed; null where it is not.</summary>
    /// <param name="images">The images of the batch, as rows of the training set.</param>
    /// <param name="step">Steps of the optimizer so far.</param>
    /// <param name="epoch">Passes over the training images so far.</param>
    public BatchMix? Draw(int[] images, long step, double epoch)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Length == 0 || epoch >= recipe.UntilEpoch)
        {
            return null;
        }
        SeededRandom random = new(seed, step, images[0]);
        return recipe.Kind == MixKind.Unimix ? ByClass(images, ref random) : AtRandom(images, ref random);
    }

    /// <summary>Of the images of a batch, how likely each is to be a partner in unimix: in proportion to its class's size to the power tau.</summary>
    /// <param name="sizes">For each image of the batch the training images of its class; above 0.</param>
    /// <param name="tau">The power; below 0 favours rare classes, 0 none.</param>
    public static double[] PartnerProbabilities(IReadOnlyList<double> sizes, double tau)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        // Relative to the largest exponent, so that no power overflows.
        double largest = sizes.Count == 0 ? 0 : sizes.Max(size => tau * Math.Log(size));
        double[] weights = [.. sizes.Select(size => Math.Exp((tau * Math.Log(size)) - largest))];
        double sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>Share of the first image, and of its label, in a pair of unimix: u + n2 / (n1 + n2), less 1 where that is above 1.</summary>
    /// <param name="first">n1, training images of the first one's class.</param>
    /// <param name="second">n2, training images of its partner's class.</param>
    /// <param name="drawn">u, drawn from Beta(alpha, alpha).</param>
    public static double PairShare(double first, double second, double drawn)
    {
        double share = drawn + (second / (first + second));
        return share > 1 ? share - 1 : share;
    }

    private BatchMix AtRandom(int[] images, ref SeededRandom random)
    {
        double share = Draws.Beta(ref random, recipe.Alpha);
        int[] partners = [.. Enumerable.Range(0, images.Length)];
        random.Shuffle<int>(partners);
        double[] shares = new double[images.Length], labels = new double[images.Length];
        for (int k = 0; k < images.Length; k++)
        {
            shares[k] = share;
            labels[k] = recipe.Kind == MixKind.Remix ? LabelShare(Size(images[k]), Size(images[partners[k]]), share) : share;
        }
        return new BatchMix(recipe.At, partners, shares, labels);
    }

    /// <summary>Remix: the label of a class that is kappa times smaller counts whole, where the other image is the smaller part or nearly so.</summary>
    private double LabelShare(double first, double second, double share) =>
        first >= recipe.Kappa * second && share < recipe.Tau ? 0
        : recipe.Kappa * first <= second && 1 - share < recipe.Tau ? 1
        : share;

    private BatchMix ByClass(int[] images, ref SeededRandom random)
    {
        double[] sizes = Array.ConvertAll(images, Size), probabilities = PartnerProbabilities(sizes, recipe.Tau);
        int[] partners = new int[images.Length];
        double[] shares = new double[images.Length];
        for (int k = 0; k < images.Length; k++)
        {
            partners[k] = Draws.Index(ref random, probabilities);
            shares[k] = PairShare(sizes[k], sizes[partners[k]], Draws.Beta(ref random, recipe.Alpha));
        }
        return new BatchMix(recipe.At, partners, shares, shares);
    }

    private double Size(int image) => classes[image] < 0 ? 1 : counts[classes[image]];
}
