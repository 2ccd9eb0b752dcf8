namespace Semblance.Tensors;

/// <content>Reductions and orders.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>Sum of all.</summary>
    public Tensor Sum() => Operator.Of("aten::sum").Call(this);

    /// <summary>Sum over one dimension.</summary>
    public Tensor Sum(long dimension, bool keepDimension = false) => Operator.Of("aten::sum.dim_IntList").Call(this, new[] { dimension }, keepDimension);

    /// <summary>Mean of all.</summary>
    public Tensor Mean() => Operator.Of("aten::mean").Call(this);

    /// <summary>Mean over dimensions.</summary>
    public Tensor Mean(long[] dimensions, bool keepDimension = false) => Operator.Of("aten::mean.dim").Call(this, dimensions, keepDimension);

    /// <summary>Mean over one dimension.</summary>
    public Tensor Mean(long dimension, bool keepDimension = false) => Mean([dimension], keepDimension);

    /// <summary>Largest of all.</summary>
    public Tensor Max() => Operator.Of("aten::max").Call(this);

    /// <summary>Smallest of all.</summary>
    public Tensor Min() => Operator.Of("aten::min").Call(this);

    /// <summary>Largest over one dimension; the gradient is shared among equals.</summary>
    public Tensor Max(long dimension, bool keepDimension = false) => Operator.Of("aten::amax").Call(this, new[] { dimension }, keepDimension);

    /// <summary>Largest along several dimensions.</summary>
    public Tensor Max(long[] dimensions, bool keepDimensions = false) => Operator.Of("aten::amax").Call(this, dimensions, keepDimensions);

    /// <summary>Smallest over one dimension; the gradient is shared among equals.</summary>
    public Tensor Min(long dimension, bool keepDimension = false) => Operator.Of("aten::amin").Call(this, new[] { dimension }, keepDimension);

    /// <summary>Index of the largest over one dimension.</summary>
    public Tensor ArgMax(long dimension, bool keepDimension = false) => Operator.Of("aten::argmax").Call(this, dimension, keepDimension);

    /// <summary>Index of the smallest over one dimension.</summary>
    public Tensor ArgMin(long dimension, bool keepDimension = false) => Operator.Of("aten::argmin").Call(this, dimension, keepDimension);

    /// <summary>Standard deviation over one dimension.</summary>
    public Tensor Deviation(long dimension, bool unbiased = true, bool keepDimension = false) => Operator.Of("aten::std.dim").Call(this, new[] { dimension }, unbiased, keepDimension);

    /// <summary>log of the sum of e^x over one dimension, stable.</summary>
    public Tensor LogSumExp(long dimension, bool keepDimension = false) => Operator.Of("aten::logsumexp").Call(this, new[] { dimension }, keepDimension);

    /// <summary>Softmax over one dimension.</summary>
    public Tensor Softmax(long dimension) => Operator.Of("aten::softmax.int").Call(this, dimension);

    /// <summary>Logarithm of the softmax over one dimension.</summary>
    public Tensor LogSoftmax(long dimension) => Operator.Of("aten::log_softmax.int").Call(this, dimension);

    /// <summary>Euclidean length over one dimension.</summary>
    public Tensor Norm(long dimension, bool keepDimension = false) => Operator.Of("aten::norm.ScalarOpt_dim").Call(this, 2.0, new[] { dimension }, keepDimension);

    /// <summary>Running sum over one dimension.</summary>
    public Tensor CumulativeSum(long dimension) => Operator.Of("aten::cumsum").Call(this, dimension);

    /// <summary>Values in order over one dimension, and where each came from.</summary>
    public (Tensor Values, Tensor Indices) Sort(long dimension, bool descending = false) => Operator.Of("aten::sort").CallTwo(this, dimension, descending);

    /// <summary>For each of the values, how many of this row's sorted elements are less, or not greater; int64. Both have the same shape but for the last dimension.</summary>
    public Tensor CountBelow(Tensor values, bool orEqual = false) => Operator.Of("aten::searchsorted.Tensor").Call(this, values, false, orEqual);

    /// <summary>The k largest over one dimension, and where each came from.</summary>
    public (Tensor Values, Tensor Indices) TopK(long k, long dimension = -1, bool largest = true) => Operator.Of("aten::topk").CallTwo(this, k, dimension, largest);

    /// <summary>Rows divided by their Euclidean length, floored at 1e-12: a zero row stays zero.</summary>
    public Tensor Normalize(long dimension = 1) => this / Norm(dimension, keepDimension: true).Clamp(1e-12, null);
}
