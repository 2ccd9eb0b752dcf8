using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Value and exact gradient of a row loss over a batch of any size, some anchors at a time.</summary>
/// <remarks>
/// <para>General Pair Weighting (Wang et al., CVPR 2019, section 3): with G = dL/dS, the gradient is (G + Gᵀ) X for a batch against itself and G R for
/// constant references R. An anchor's row of G needs its own row of S alone, and what it is divided by at the end is a sum over blocks.</para>
/// <para>Where a pair's weight depends on its own similarity alone, G is symmetric and half of S tells all.</para>
/// <para>A batch against itself whose S fits into <see cref="LargestMatrix"/> keeps one n × n matrix: half of S is multiplied, the other half mirrored,
/// G takes its place, and one product gives the gradient. Beyond, each block's slab of S and G is dropped again: memory of O(rows × m), three products.</para>
/// </remarks>
internal sealed class RowBlocks
{
    /// <summary>Bytes up to which all similarities of a batch are kept.</summary>
    public const long LargestMatrix = 512L << 20;

    // Rows that, with their masks and exponents, stay in the processor's cache.
    private const long CacheBytes = 1L << 20;

    // Rows whose products run at full speed. Each slab also passes once over the gradient of all references.
    private const long SlabBytes = 256L << 20;
    private const int FewestRows = 32;
    private const int Tile = 256;

    private readonly RowPairLoss loss;
    private readonly IMiner? miner;
    private readonly PairRows rows;
    private readonly long rowsPerSlab;
    private readonly long rowsPerBlock;
    private readonly bool keepMatrix;
    private readonly bool constantReferences;

    private RowBlocks(RowPairLoss loss, IMiner? miner, PairRows rows, int? rowsPerBlock, bool constantReferences)
    {
        (this.loss, this.miner, this.rows, this.constantReferences) = (loss, miner, rows, constantReferences);
        long rowBytes = Math.Max(1, rows.References.Size(0)) * (rows.Anchors.Type == DataType.Float64 ? 8 : 4);
        keepMatrix = rowsPerBlock is null && rows.IsSelf && rows.Count * rowBytes <= LargestMatrix;
        rowsPerSlab = rowsPerBlock ?? Math.Max(FewestRows, SlabBytes / rowBytes);
        this.rowsPerBlock = Math.Min(rowsPerSlab, Math.Max(FewestRows, CacheBytes / rowBytes));
    }

    /// <summary>A scalar with the loss's value whose derivative is the exact gradient.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="miner">Narrows the pairs of each block; must be row-wise. May be null.</param>
    /// <param name="rows">The batch, on the graph of the model.</param>
    /// <param name="rowsPerBlock">Anchors in a block; null chooses by memory.</param>
    public static Tensor Value(RowPairLoss loss, IMiner? miner, PairRows rows, int? rowsPerBlock)
    {
        bool recorded = Autograd.IsEnabled;
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        RowBlocks blocks = new(loss, miner, rows.Detached(), rowsPerBlock, constantReferences: !rows.IsSelf && !rows.References.RequiresGrad);
        if (!recorded)
        {
            return blocks.Poisoned(blocks.ValueOnly());
        }
        (Tensor value, Tensor anchors, Tensor? references, Tensor[] parameters) = blocks.Gradients();
        Tensor variables = rows.Anchors;
        if (rows is { IsSelf: true, Undivided: { } undivided })
        {
            UnitRows.PullBack(anchors, undivided.Detach(), blocks.rows.Anchors);
            variables = undivided;
        }
        using Autograd.Mode again = Autograd.EnableGrad();
        Tensor surrogate = anchors.Dot(variables);
        surrogate = references is null ? surrogate : surrogate + references.Dot(rows.References);
        foreach (((_, Tensor parameter), Tensor gradient) in loss.Parameters.Zip(parameters))
        {
            surrogate = surrogate + (gradient * parameter).Sum();
        }
        return surrogate - surrogate.Detach() + blocks.Poisoned(value);
    }

    /// <summary>NaN where a reference is, also one that a miner leaves out.</summary>
    private Tensor Poisoned(Tensor value) => rows.IsSelf ? value : value + (rows.References.Sum() * 0);

    private (Tensor Value, Tensor Anchors, Tensor? References, Tensor[] Parameters) Gradients() =>
        HalfIsEnough() ? ByHalf((WeightedRowPairLoss)loss) : keepMatrix ? ByMatrix() : BySlabs();

    private bool HalfIsEnough() => loss is WeightedRowPairLoss { IsPairwise: true, Parameters.Count: 0 } && miner is null
        && rows is { IsSelf: true, Own: not null, PositiveSimilarityCutoff: null, Relation.IsSymmetric: true };

    /// <summary>Each unordered pair once: half of S, and where hardly any pair weighs anything, the rows of those pairs alone instead of products.</summary>
    private (Tensor Value, Tensor Anchors, Tensor? References, Tensor[] Parameters) ByHalf(WeightedRowPairLoss weighted)
    {
        RowTotals totals = new(rows.Anchors);
        Tensor[] gradients = Many(CountParts(), rows.Anchors.ZerosLike);
        foreach ((long first, long count) in Cut(0, rows.Count, Math.Min(rowsPerSlab, Math.Max(rowsPerBlock, Tile))))
        {
            using TensorScope scope = new();
            PairBatch block = rows.UpperBlock(first, count);
            IReadOnlyList<WeightedPart> parts = weighted.WeightedParts(block);
            totals.Add([.. parts.Select(part => new RowPart(part.Part.Sum * 2, part.Part.Count * 2))]);
            for (int k = 0; k < parts.Count; k++)
            {
                AddBothWays(gradients[k], PairWeights.Graded(parts[k].Weights, block), first, count);
            }
        }
        return (totals.Value(), Combine(gradients, totals.Divisors(gradients.Length), 2), null, []);
    }

    private void AddBothWays(Tensor gradient, Tensor weights, long first, long count)
    {
        Tensor anchors = rows.Anchors.Narrow(0, first, count), later = rows.Anchors.Narrow(0, first, rows.Count - first), slice = gradient.Narrow(0, first, rows.Count - first);
        if (!SparsePairs.AddBothWays(slice, weights, later))
        {
            slice.Narrow(0, 0, count).AddProduct(weights, later);
            slice.AddProduct(weights.Transpose(), anchors);
        }
    }

    /// <summary>Cuts a range of anchors.</summary>
    private static IEnumerable<(long First, long Count)> Cut(long first, long count, long step)
    {
        for (long start = first; start < first + count; start += step)
        {
            yield return (start, Math.Min(step, first + count - start));
        }
    }

    private IEnumerable<(long First, long Count)> Blocks() => Cut(0, rows.Count, rowsPerBlock);

    private PairBatch Mined(PairBatch pairs) => miner?.Mine(pairs) ?? pairs;

    private Tensor ValueOnly()
    {
        RowTotals totals = new(rows.Anchors);
        foreach ((long first, long count) in Blocks())
        {
            using TensorScope scope = new();
            totals.Add(loss.Parts(Mined(rows.Block(first, count))));
        }
        return totals.Value();
    }

    /// <summary>Slab after slab; every part has a slab and a gradient of its own until the counts are known.</summary>
    private (Tensor Value, Tensor Anchors, Tensor? References, Tensor[] Parameters) BySlabs()
    {
        int parts = CountParts();
        Tensor[] slabs = Many(parts, () => Tensor.Empty([Math.Min(rowsPerSlab, rows.Count), rows.References.Size(0)], rows.Anchors.Type, rows.Anchors.Device));
        Tensor[] anchors = Many(parts, rows.Anchors.ZerosLike), references = rows.IsSelf || constantReferences ? anchors : Many(parts, rows.References.ZerosLike);
        Tensor[][] parameters = [.. Enumerable.Range(0, parts).Select(_ => ParameterZeros())];
        RowTotals totals = new(rows.Anchors);
        foreach ((long first, long count) in Cut(0, rows.Count, rowsPerSlab))
        {
            using TensorScope scope = new();
            Tensor block = rows.Anchors.Narrow(0, first, count);
            slabs[0].Narrow(0, 0, count).SetProduct(block, rows.References.Transpose());
            FillWeights(slabs, first, count, totals, parameters);
            for (int k = 0; k < parts; k++)
            {
                Tensor weights = slabs[k].Narrow(0, 0, count);
                anchors[k].Narrow(0, first, count).AddProduct(weights, rows.References);
                if (!constantReferences)
                {
                    references[k].AddProduct(weights.Transpose(), block);
                }
            }
        }
        Array.ForEach(slabs, slab => slab.Dispose());
        double[] divisors = totals.Divisors(parts);
        Tensor[] slopes = [.. Enumerable.Range(0, ParameterZeros().Length).Select(index => Combine([.. parameters.Select(part => part[index])], divisors))];
        return (totals.Value(), Combine(anchors, divisors), rows.IsSelf || constantReferences ? null : Combine(references, divisors), slopes);
    }

    /// <summary>Puts the weights of each part into its slab, the first in the place of the similarities.</summary>
    private void FillWeights(Tensor[] slabs, long first, long count, RowTotals totals, Tensor[][] parameters)
    {
        foreach ((long start, long length) in Cut(first, count, rowsPerBlock))
        {
            using TensorScope scope = new();
            Slope[] slopes = Slopes(Mined(rows.Block(start, length, slabs[0].Narrow(0, start - first, length))));
            totals.Add([.. slopes.Select(slope => slope.Part)]);
            for (int k = 0; k < slopes.Length; k++)
            {
                slabs[k].Narrow(0, start - first, length).CopyFrom(slopes[k].Weights);
                AddAll(parameters[k], slopes[k].Parameters);
            }
        }
    }

    private static Tensor[] Many(int count, Func<Tensor> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    private Tensor[] ParameterZeros() => [.. loss.Parameters.Select(parameter => parameter.Value.ZerosLike())];

    /// <summary>One n × n matrix that is S, then G, then G + Gᵀ.</summary>
    private (Tensor Value, Tensor Anchors, Tensor? References, Tensor[] Parameters) ByMatrix()
    {
        using Tensor matrix = Tensor.Empty([rows.Count, rows.Count], rows.Anchors.Type, rows.Anchors.Device);
        FillSimilarities(matrix);
        RowTotals totals = new(rows.Anchors);
        Tensor[] parameters = ParameterZeros();
        int parts = CountParts();
        double[]? divisors = parts > 1 ? DivisorsOf(matrix, parts) : null;
        foreach ((long first, long count) in Blocks())
        {
            using TensorScope scope = new();
            Tensor slab = matrix.Narrow(0, first, count);
            Slope[] slopes = Slopes(Mined(rows.Block(first, count, slab)));
            totals.Add([.. slopes.Select(slope => slope.Part)]);
            slab.CopyFrom(Merge(slopes, divisors));
            for (int k = 0; k < slopes.Length; k++)
            {
                AddAll(parameters, divisors is null ? slopes[k].Parameters : [.. slopes[k].Parameters.Select(gradient => gradient / divisors[k])]);
            }
        }
        AddTransposed(matrix);
        Tensor anchors = matrix.MatMul(rows.Anchors);
        if (divisors is null)
        {
            double divisor = totals.Divisors(1)[0];
            anchors.MultiplyInPlace(1 / divisor);
            parameters = [.. parameters.Select(gradient => gradient / divisor)];
        }
        return (totals.Value(), anchors, null, parameters);
    }

    /// <summary>S = X Xᵀ: the upper half by products, the lower by mirroring.</summary>
    private void FillSimilarities(Tensor matrix)
    {
        for (long first = 0; first < rows.Count; first += Tile)
        {
            using TensorScope scope = new();
            long count = Math.Min(Tile, rows.Count - first);
            Tensor upper = rows.Anchors.Narrow(0, first, count).MatMul(rows.Anchors.Narrow(0, first, rows.Count - first).Transpose());
            matrix.Narrow(0, first, count).Narrow(1, first, rows.Count - first).CopyFrom(upper);
            long after = first + count;
            if (after < rows.Count)
            {
                matrix.Narrow(0, after, rows.Count - after).Narrow(1, first, count).CopyFrom(upper.Narrow(1, count, rows.Count - after).Transpose());
            }
        }
    }

    /// <summary>M + Mᵀ in the place of M.</summary>
    private void AddTransposed(Tensor matrix)
    {
        for (long first = 0; first < rows.Count; first += Tile)
        {
            using TensorScope scope = new();
            long count = Math.Min(Tile, rows.Count - first), rest = rows.Count - first;
            Tensor upper = matrix.Narrow(0, first, count).Narrow(1, first, rest), lower = matrix.Narrow(0, first, rest).Narrow(1, first, count);
            Tensor sum = upper + lower.Transpose();
            upper.CopyFrom(sum);
            lower.CopyFrom(sum.Transpose());
        }
    }

    private int CountParts()
    {
        using TensorScope scope = new();
        return loss.Parts(rows.Block(0, Math.Min(1, rows.Count))).Count;
    }

    private double[] DivisorsOf(Tensor matrix, int parts)
    {
        RowTotals totals = new(rows.Anchors);
        foreach ((long first, long count) in Blocks())
        {
            using TensorScope scope = new();
            totals.Add(loss.Parts(Mined(rows.Block(first, count, matrix.Narrow(0, first, count)))));
        }
        return totals.Divisors(parts);
    }

    private Slope[] Slopes(PairBatch pairs)
    {
        if (loss is WeightedRowPairLoss weighted && loss.Parameters.Count == 0)
        {
            return [.. weighted.WeightedParts(pairs).Select(part => new Slope(part.Part, PairWeights.Graded(part.Weights, pairs), []))];
        }
        using Autograd.Mode recorded = Autograd.EnableGrad();
        Tensor similarity = pairs.Similarity.Detach();
        similarity.RequiresGrad = true;
        Tensor[] variables = [similarity, .. loss.Parameters.Select(parameter => parameter.Value)];
        return [.. loss.Parts(pairs with { Similarity = similarity }).Select(part =>
        {
            Tensor[] gradients = Autograd.Grad([part.Sum.ConnectedTo(similarity)], variables);
            return new Slope(new RowPart(part.Sum.Detach(), part.Count), PairWeights.Graded(gradients[0], pairs), gradients[1..]);
        })];
    }

    private static Tensor Merge(Slope[] slopes, double[]? divisors)
    {
        Tensor Scaled(int k) => divisors is null ? slopes[k].Weights : slopes[k].Weights / divisors[k];
        Tensor sum = Scaled(0);
        for (int k = 1; k < slopes.Length; k++)
        {
            sum = sum + Scaled(k);
        }
        return sum;
    }

    /// <summary>The sum of the parts, each divided; takes the place of the first, and frees the others.</summary>
    private static Tensor Combine(Tensor[] parts, double[] divisors, double factor = 1)
    {
        Tensor sum = parts[0];
        sum.MultiplyInPlace(factor / divisors[0]);
        for (int k = 1; k < parts.Length; k++)
        {
            sum.AddInPlace(parts[k], factor / divisors[k]);
            parts[k].Dispose();
        }
        return sum;
    }

    private static void AddAll(Tensor[] sums, Tensor[] values)
    {
        foreach ((Tensor sum, Tensor value) in sums.Zip(values))
        {
            sum.AddInPlace(value);
        }
    }

    /// <summary>A part of some rows with its derivatives.</summary>
    private readonly record struct Slope(RowPart Part, Tensor Weights, Tensor[] Parameters);
}
