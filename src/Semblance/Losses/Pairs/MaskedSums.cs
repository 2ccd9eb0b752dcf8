using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Sums over the pairs that a mask holds, stable for any exponent and exact for an empty mask.</summary>
internal static class MaskedSums
{
    /// <summary>log(1 + Σ e^x) over one dimension; 0 where the mask is empty.</summary>
    public static Tensor LogOnePlusSumExp(this Tensor values, Tensor mask, int dimension) =>
        WithZeroFirst(values.MaskedFill(mask.Not(), double.NegativeInfinity), dimension).LogSumExp(dimension);

    /// <summary>log(1 + Σ e^x) over the last dimension, and its derivative e^x / (1 + Σ e^x); both 0 where the mask is empty. Records nothing.</summary>
    /// <remarks>With M = max(0, max x), e^(x - M) is both what is summed and the numerator.</remarks>
    public static (Tensor Log, Tensor Share) LogOnePlusSumExpWithShare(this Tensor values, Tensor mask)
    {
        if (values.Size(1) == 0)
        {
            return (values.Sum(1), values.ZerosLike());
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor terms = mask.Where(values, double.NegativeInfinity);
        Tensor max = terms.Max(1, keepDimension: true).Clamp(0, null);
        terms.SubtractInPlace(max);
        terms.ExpInPlace();
        Tensor sum = terms.Sum(1, keepDimension: true) + (-max).Exp();
        terms.DivideInPlace(sum);
        return ((max + sum.Log()).Squeeze(1), terms);
    }

    /// <summary>log(1 + Σ (e^x - 1)) over one dimension, for x of at least 0; 0 where the mask is empty.</summary>
    /// <remarks>With M = max x: M + log(e^-M + Σ (e^(x-M) - e^-M)), in which an x of 0 counts for exactly nothing.</remarks>
    public static Tensor LogOnePlusSumExcess(this Tensor values, Tensor mask, int dimension)
    {
        Tensor counted = WithZeroFirst(values.MaskedFill(mask.Not(), 0), dimension);
        Tensor max = counted.Detach().Max(dimension, keepDimension: true);
        Tensor one = (-max).Exp();
        return max.Squeeze(dimension) + (one.Squeeze(dimension) + ((counted - max).Exp() - one).Sum(dimension)).Log();
    }

    /// <summary>log Σ e^x over the last dimension; 0 where the mask is empty.</summary>
    public static Tensor LogSumExpOrZero(this Tensor values, Tensor mask)
    {
        Tensor empty = mask.Any(1).Not();
        Tensor counted = values.MaskedFill(mask.Not(), double.NegativeInfinity).MaskedFill(empty.Unsqueeze(1), 0);
        return counted.LogSumExp(1).MaskedFill(empty, 0);
    }

    /// <summary>e^x / Σ e^x over the last dimension, given log Σ e^x as <see cref="LogSumExpOrZero"/> tells it; 0 outside the mask.</summary>
    public static Tensor ShareOf(this Tensor values, Tensor sums, Tensor mask) => (values - sums.Unsqueeze(1)).MaskedFill(mask.Not(), double.NegativeInfinity).Exp();

    /// <summary>Sum of what the mask holds.</summary>
    public static Tensor SumWhere(this Tensor values, Tensor mask) => values.MaskedFill(mask.Not(), 0).Sum();

    /// <summary>Mean of what the mask holds; 0 where it is empty.</summary>
    public static Tensor MeanWhere(this Tensor values, Tensor mask) => values.SumWhere(mask) / mask.CountTrue(values.Type);

    /// <summary>Number of true elements, at least 1.</summary>
    public static Tensor CountTrue(this Tensor mask, DataType type) => mask.Sum().To(type).Clamp(1, null);

    /// <summary>Adds 0 · Σ S: the value stays connected to the inputs where no pair counts, and a NaN that a mask leaves out is not lost.</summary>
    public static Tensor ConnectedTo(this Tensor value, Tensor similarity) => value + (similarity.Sum() * 0);

    private static Tensor WithZeroFirst(Tensor values, int dimension)
    {
        long[] shape = values.Shape;
        shape[dimension] = 1;
        return Tensor.Concatenate([Tensor.Zeros(shape, values.Type, values.Device), values], dimension);
    }
}
