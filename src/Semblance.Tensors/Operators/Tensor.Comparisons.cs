namespace Semblance.Tensors;

/// <content>Masks: comparisons, logic and choosing by them.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>Where equal.</summary>
    public Tensor EqualTo(Tensor other) => Operator.Of("aten::eq.Tensor").Call(this, other);

    /// <summary>Where equal to a number.</summary>
    public Tensor EqualTo(double value) => Operator.Of("aten::eq.Scalar").Call(this, value);

    /// <summary>Where not equal.</summary>
    public Tensor NotEqualTo(Tensor other) => Operator.Of("aten::ne.Tensor").Call(this, other);

    /// <summary>Where not equal to a number.</summary>
    public Tensor NotEqualTo(double value) => Operator.Of("aten::ne.Scalar").Call(this, value);

    /// <summary>Where greater.</summary>
    public Tensor GreaterThan(Tensor other) => Operator.Of("aten::gt.Tensor").Call(this, other);

    /// <summary>Where greater than a number.</summary>
    public Tensor GreaterThan(double value) => Operator.Of("aten::gt.Scalar").Call(this, value);

    /// <summary>Where less.</summary>
    public Tensor LessThan(Tensor other) => Operator.Of("aten::lt.Tensor").Call(this, other);

    /// <summary>Where less than a number.</summary>
    public Tensor LessThan(double value) => Operator.Of("aten::lt.Scalar").Call(this, value);

    /// <summary>Where greater than or equal to a number.</summary>
    public Tensor AtLeast(double value) => Operator.Of("aten::ge.Scalar").Call(this, value);

    /// <summary>Where less than or equal to a number.</summary>
    public Tensor AtMost(double value) => Operator.Of("aten::le.Scalar").Call(this, value);

    /// <summary>Both.</summary>
    public Tensor And(Tensor other) => Operator.Of("aten::logical_and").Call(this, other);

    /// <summary>Holds no longer where another mask does not, in place.</summary>
    public void AndInPlace(Tensor other) => Operator.Of("aten::logical_and_").Run(this, other);

    /// <summary>Either.</summary>
    public Tensor Or(Tensor other) => Operator.Of("aten::logical_or").Call(this, other);

    /// <summary>The opposite.</summary>
    public Tensor Not() => Operator.Of("aten::logical_not").Call(this);

    /// <summary>Where finite.</summary>
    public Tensor IsFinite() => Operator.Of("aten::isfinite").Call(this);

    /// <summary>Whether any element holds, a scalar.</summary>
    public Tensor Any() => Operator.Of("aten::any").Call(this);

    /// <summary>Whether all elements hold, a scalar.</summary>
    public Tensor All() => Operator.Of("aten::all").Call(this);

    /// <summary>Whether any element of a dimension holds.</summary>
    public Tensor Any(long dimension, bool keepDimension = false) => Operator.Of("aten::any.dim").Call(this, dimension, keepDimension);

    /// <summary>The value where the mask holds, this tensor elsewhere; no gradient flows to what is masked.</summary>
    public Tensor MaskedFill(Tensor mask, double value) => Operator.Of("aten::masked_fill.Scalar").Call(this, mask, value);

    /// <summary>The elements where the mask holds, one dimension.</summary>
    public Tensor MaskedSelect(Tensor mask) => Operator.Of("aten::masked_select").Call(this, mask);

    /// <summary>A copy in which the values, one after the other, stand where the mask holds.</summary>
    public Tensor MaskedScatter(Tensor mask, Tensor values) => Operator.Of("aten::masked_scatter").Call(this, mask, values);

    /// <summary>Places of the elements that are not 0, one row each, in row-major order; int64.</summary>
    public Tensor Nonzero() => Operator.Of("aten::nonzero").Call(this);

    /// <summary>This mask chooses between two tensors.</summary>
    public Tensor Where(Tensor yes, Tensor no) => Operator.Of("aten::where.self").Call(this, yes, no);

    /// <summary>Where this mask holds, the elements of <paramref name="yes"/>, elsewhere a number.</summary>
    public Tensor Where(Tensor yes, double no) => Operator.Of("aten::where.ScalarOther").Call(this, yes, no);
}
