using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>N-pair loss (Sohn, NeurIPS 2016, equation 6): one anchor and one positive a class; the positives of the other classes are the anchor's negatives.</summary>
/// <remarks>
/// <para>Mean over the anchors that were chosen of log(1 + Σ e^(S_ak - S_ap)), k running over the other classes' positives, plus a weight times the mean squared length of the rows of the chosen pairs.</para>
/// <para>
/// A batch against itself: an anchor is chosen if its first positive comes after it, the lowest two rows of a class; further rows of the class do not count. Against references
/// that are not the batch: the first anchor of each first positive. As the paper has it rows are not normalised: the length of a row is part of its confidence.
/// </para>
/// <para>The choice looks at all anchors; this is no row loss.</para>
/// </remarks>
public sealed class NPairLoss(NPairOptions options) : IWeightedPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        if (Chosen.From(pairs) is not { } chosen)
        {
            return pairs.Similarity.Sum() * 0;
        }
        Tensor loss = (chosen.Logits.LogSumExp(1) - chosen.Similarity.Diagonal()).Mean();
        return (options.LengthWeight > 0 && pairs.IsSelf() ? loss + (SquaredLength(pairs, chosen) * options.LengthWeight) : loss).ConnectedTo(pairs.Similarity);
    }

    /// <inheritdoc/>
    /// <remarks>Softmax less 1 on the positive; and the weight of the lengths on the chosen rows' similarity to themselves.</remarks>
    public Tensor Weights(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor none = pairs.Similarity.ZerosLike();
        if (Chosen.From(pairs) is not { } chosen)
        {
            return none;
        }
        long classes = chosen.Logits.Size(0);
        Tensor weights = (chosen.Logits.Softmax(1) - Tensor.Eye(classes, none.Type, none.Device)) / classes;
        Tensor wide = Tensor.Zeros([classes, pairs.References], none.Type, none.Device).IndexAdd(1, chosen.Positives, weights);
        Tensor all = none.IndexAdd(0, chosen.Anchors, wide);
        return options.LengthWeight > 0 && pairs.IsSelf() ? all + LengthWeights(pairs, chosen) : all;
    }

    /// <summary>Mean squared length of the chosen rows, which stands on the diagonal of their products.</summary>
    private static Tensor SquaredLength(PairBatch pairs, Chosen chosen) => pairs.Similarity.Diagonal().IndexSelect(0, chosen.Rows).Mean();

    private Tensor LengthWeights(PairBatch pairs, Chosen chosen)
    {
        Tensor counts = Tensor.Zeros([pairs.Anchors], pairs.Similarity.Type, pairs.Similarity.Device);
        Tensor ones = Tensor.Ones([chosen.Rows.Count], counts.Type, counts.Device);
        return Tensor.Eye(pairs.Anchors, counts.Type, counts.Device) * (counts.IndexAdd(0, chosen.Rows, ones) * (options.LengthWeight / chosen.Rows.Count));
    }

    /// <summary>The anchors and positives that were chosen.</summary>
    /// <param name="Anchors">Their rows.</param>
    /// <param name="Positives">Their columns.</param>
    /// <param name="Similarity">Anchors × positives.</param>
    /// <param name="Logits">The same, -∞ where the pair is neither an anchor's own positive nor negative.</param>
    private sealed record Chosen(Tensor Anchors, Tensor Positives, Tensor Similarity, Tensor Logits)
    {
        public Tensor Rows => Tensor.Concatenate([Anchors, Positives]);

        public static Chosen? From(PairBatch pairs)
        {
            (long[] anchors, long[] positives) = Indices(pairs);
            if (anchors.Length == 0)
            {
                return null;
            }
            Device device = pairs.Similarity.Device;
            (Tensor rows, Tensor columns) = (Tensor.From(anchors, anchors.Length).To(device), Tensor.From(positives, positives.Length).To(device));
            Tensor similarity = pairs.Similarity.IndexSelect(0, rows).IndexSelect(1, columns);
            Tensor own = Tensor.Eye(anchors.Length, DataType.Bool, device);
            Tensor counted = pairs.Negative.IndexSelect(0, rows).IndexSelect(1, columns).Or(own);
            return new Chosen(rows, columns, similarity, similarity.MaskedFill(counted.Not(), double.NegativeInfinity));
        }

        private static (long[] Anchors, long[] Positives) Indices(PairBatch pairs)
        {
            long none = pairs.References;
            if (none == 0)
            {
                return ([], []);
            }
            Tensor places = Tensor.Arange(0, none, device: pairs.Positive.Device).Unsqueeze(0);
            long[] first = places.MaskedFill(pairs.Positive.Not(), none).Min(1).To(Device.Cpu).ToArray<long>();
            bool isSelf = pairs.IsSelf();
            HashSet<long> taken = [];
            long[] anchors = [.. Enumerable.Range(0, first.Length).Where(row => first[row] < none && (isSelf ? first[row] > row : taken.Add(first[row]))).Select(row => (long)row)];
            return (anchors, [.. anchors.Select(row => first[row])]);
        }
    }
}

/// <summary>Settings of <see cref="NPairLoss"/>. The paper's rows are not normalised: set <see cref="PairTermOptions.Normalize"/> to false with it.</summary>
public sealed record NPairOptions : IPairLossOptions
{
    /// <summary>Weight of the mean squared length of the rows of chosen pairs; at least 0.</summary>
    public double LengthWeight { get; init => field = Require.NotNegative(value); }

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new NPairLoss(this);

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return LengthWeight > 0 && given.Normalize
            ? throw new ArgumentException("Rows are normalised and a weight of their lengths is given; every length is 1. Set pairs.normalize to false, or the weight to 0.")
            : given;
    }
}
