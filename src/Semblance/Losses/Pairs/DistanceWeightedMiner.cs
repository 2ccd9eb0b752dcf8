using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Draws a negative for every positive, near and far ones as often as each other (Wu et al., ICCV 2017, section 3.2).</summary>
/// <param name="options">Between which distances.</param>
/// <param name="dimensions">Columns of the embedding, at least 2.</param>
/// <param name="seed">Of the draws.</param>
/// <remarks>
/// <para>A negative at the distance D = √(2 - 2S) is drawn with a probability in proportion to 1 / q(D), where q(D) ~ D^(d-2) (1 - D²/4)^((d-3)/2) is the density of
/// distances of points spread evenly on the sphere; nearer than the lower cut-off counts as at it, beyond the upper one a negative is not drawn. As many are drawn as
/// the anchor has positives, with replacement. An anchor without positives or without negatives to draw from keeps nothing; else all its positives stay.</para>
/// <para>The draws of an anchor depend on the seed and on the bits of its similarities alone: there is no state, and a run that goes on from a checkpoint draws
/// what one without a stop draws. They do not depend on the anchor's place in the batch.</para>
/// </remarks>
public sealed class DistanceWeightedMiner(DistanceWeightedMinerOptions options, int dimensions, long seed) : IMiner
{
    private const int References = 1;
    private const double Smallest = 1e-7; // Opposite points would have an infinite chance.
    private readonly int dimensions = Require.AtLeast(dimensions, 2, nameof(dimensions));

    /// <inheritdoc/>
    public PairBatch Mine(PairBatch pairs)
    {
        if (pairs.References == 0 || pairs.Anchors == 0)
        {
            return pairs;
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor similarity = pairs.Similarity.Detach();
        Tensor chances = Chances(similarity, pairs.Negative), counts = pairs.Positive.Sum(References, keepDimension: true);
        Tensor drawn = Drawn(chances, counts, Draws(similarity, counts));
        return Choices.Keep(pairs, pairs.Positive, drawn);
    }

    /// <summary>In proportion to how likely each pair is drawn; the largest of a row is 1.</summary>
    internal Tensor Chances(Tensor similarity, Tensor negative)
    {
        Tensor square = (2 - (similarity * 2)).Clamp(options.LowerCutoff * options.LowerCutoff, null);
        Tensor allowed = negative.And(square.LessThan(options.UpperCutoff * options.UpperCutoff));
        Tensor inside = (1 - (square / 4)).Clamp(Smallest, null);
        Tensor logarithms = (square.Log() * ((2 - dimensions) / 2.0)) - (inside.Log() * ((dimensions - 3) / 2.0));
        Tensor counted = logarithms.MaskedFill(allowed.Not(), double.NegativeInfinity);
        Tensor largest = counted.Max(References, keepDimension: true);
        return (counted - largest).Exp().MaskedFill(allowed.Not(), 0);
    }

    /// <summary>Which references the draws, numbers from 0 to 1, come to: rows × references.</summary>
    private static Tensor Drawn(Tensor chances, Tensor counts, Tensor draws)
    {
        Tensor sums = chances.CumulativeSum(References), total = sums.Narrow(References, sums.Size(1) - 1, 1);
        Tensor place = sums.CountBelow(draws * total, orEqual: true);
        Tensor slot = Tensor.Arange(0, draws.Size(1), device: draws.Device).Unsqueeze(0);
        Tensor used = slot.LessThan(counts).To(chances.Type);
        Tensor room = Tensor.Zeros([chances.Size(0), chances.Size(1) + 1], chances.Type, chances.Device); // One column more for a draw that rounding puts behind the last.
        return room.ScatterAdd(References, place, used).Narrow(References, 0, chances.Size(1)).GreaterThan(0).And(chances.GreaterThan(0));
    }

    /// <summary>Uniform numbers, a stream an anchor: as many columns as the anchor with the most positives needs.</summary>
    private Tensor Draws(Tensor similarity, Tensor counts)
    {
        long[] keys = similarity.Contiguous().BitsAs(similarity.Type == DataType.Float64 ? DataType.Int64 : DataType.Int32).Sum(References).To(Device.Cpu).ToArray<long>();
        long[] needed = counts.Squeeze(References).To(Device.Cpu).ToArray<long>();
        int columns = (int)needed.Max();
        double[] draws = new double[keys.Length * columns];
        for (int anchor = 0; anchor < keys.Length; anchor++)
        {
            SeededRandom random = new(seed, keys[anchor]);
            for (int draw = 0; draw < needed[anchor]; draw++)
            {
                draws[(anchor * columns) + draw] = random.NextDouble();
            }
        }
        return Tensor.From(draws, keys.Length, columns).To(similarity.Type).To(similarity.Device);
    }
}

/// <summary>Settings of <see cref="DistanceWeightedMiner"/>; the defaults are the paper's.</summary>
public sealed record DistanceWeightedMinerOptions : IMinerOptions
{
    /// <summary>Nearer negatives are drawn as if they were at this distance; above 0, at most 2.</summary>
    public double LowerCutoff { get; init => field = Require.InRange(Require.Positive(value), 0, 2); } = 0.5;

    /// <summary>Negatives at this distance or beyond are not drawn; above 0. Any above 2 leaves none out.</summary>
    public double UpperCutoff { get; init => field = Require.Positive(value); } = 1.4;

    /// <inheritdoc/>
    public IMiner Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new DistanceWeightedMiner(this, context.Dimensions, context.Seed);
    }
}
