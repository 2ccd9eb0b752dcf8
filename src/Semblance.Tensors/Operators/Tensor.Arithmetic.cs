#pragma warning disable CA2225 // The named alternates of the operators would double the list and help nobody.
namespace Semblance.Tensors;

/// <content>Elementwise arithmetic; shapes broadcast.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>Sum.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Operator.Of("aten::add.Tensor").Call(left, right);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(Tensor left, double right) => Operator.Of("aten::add.Scalar").Call(left, right);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(double left, Tensor right) => right + left;

    /// <summary>Difference.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Operator.Of("aten::sub.Tensor").Call(left, right);

    /// <summary>Difference to a number.</summary>
    public static Tensor operator -(Tensor left, double right) => Operator.Of("aten::sub.Scalar").Call(left, right);

    /// <summary>Number minus tensor.</summary>
    public static Tensor operator -(double left, Tensor right) => Operator.Of("aten::rsub.Scalar").Call(right, left);

    /// <summary>Negation.</summary>
    public static Tensor operator -(Tensor tensor) => Operator.Of("aten::neg").Call(tensor);

    /// <summary>Product, element by element.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Operator.Of("aten::mul.Tensor").Call(left, right);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(Tensor left, double right) => Operator.Of("aten::mul.Scalar").Call(left, right);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(double left, Tensor right) => right * left;

    /// <summary>Quotient, element by element.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Operator.Of("aten::div.Tensor").Call(left, right);

    /// <summary>Quotient by a number.</summary>
    public static Tensor operator /(Tensor left, double right) => Operator.Of("aten::div.Scalar").Call(left, right);

    /// <summary>Number divided by tensor.</summary>
    public static Tensor operator /(double left, Tensor right) => Operator.Of("aten::reciprocal").Call(right) * left;

    /// <summary>e to the power.</summary>
    public Tensor Exp() => Operator.Of("aten::exp").Call(this);

    /// <summary>e to the power, minus 1, exact near 0.</summary>
    public Tensor Expm1() => Operator.Of("aten::expm1").Call(this);

    /// <summary>Natural logarithm.</summary>
    public Tensor Log() => Operator.Of("aten::log").Call(this);

    /// <summary>Natural logarithm of 1 + x, exact near 0.</summary>
    public Tensor Log1p() => Operator.Of("aten::log1p").Call(this);

    /// <summary>Square root.</summary>
    public Tensor Sqrt() => Operator.Of("aten::sqrt").Call(this);

    /// <summary>Square.</summary>
    public Tensor Square() => Operator.Of("aten::square").Call(this);

    /// <summary>Power.</summary>
    public Tensor Pow(double exponent) => Operator.Of("aten::pow.Tensor_Scalar").Call(this, exponent);

    /// <summary>Absolute value.</summary>
    public Tensor Abs() => Operator.Of("aten::abs").Call(this);

    /// <summary>-1, 0 or 1; derivative 0.</summary>
    public Tensor Sign() => Operator.Of("aten::sign").Call(this);

    /// <summary>Cosine.</summary>
    public Tensor Cos() => Operator.Of("aten::cos").Call(this);

    /// <summary>Arc cosine; the derivative is infinite at -1 and 1.</summary>
    public Tensor Acos() => Operator.Of("aten::acos").Call(this);

    /// <summary>Hyperbolic tangent.</summary>
    public Tensor Tanh() => Operator.Of("aten::tanh").Call(this);

    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor Sigmoid() => Operator.Of("aten::sigmoid").Call(this);

    /// <summary>log(1 + e^x), stable: x itself above 40, where the two are equal in double precision.</summary>
    public Tensor Softplus() => Operator.Of("aten::softplus").Call(this, 1.0, 40.0);

    /// <summary>log(e^x + e^y) of each two elements, stable; -∞ counts for nothing.</summary>
    public Tensor LogAddExp(Tensor other) => Operator.Of("aten::logaddexp").Call(this, other);

    /// <summary>max(0, x); derivative 0 at 0.</summary>
    public Tensor Relu() => Operator.Of("aten::relu").Call(this);

    /// <summary>Values below the bounds rise to the lower, values above fall to the upper.</summary>
    public Tensor Clamp(double? min, double? max) => Operator.Of("aten::clamp").Call(this, min ?? Argument.None, max ?? Argument.None);

    /// <summary>The larger of two, element by element.</summary>
    public Tensor Maximum(Tensor other) => Operator.Of("aten::maximum").Call(this, other);

    /// <summary>The smaller of two, element by element.</summary>
    public Tensor Minimum(Tensor other) => Operator.Of("aten::minimum").Call(this, other);

    /// <summary>Largest whole number not above.</summary>
    public Tensor Floor() => Operator.Of("aten::floor").Call(this);

    /// <summary>Sum of the products of the elements of two tensors of one shape, a scalar.</summary>
    public Tensor Dot(Tensor other) => Operator.Of("aten::dot").Call(Reshape(-1), other.Reshape(-1));

    /// <summary>X with this X = other; this is square and has full rank.</summary>
    public Tensor Solve(Tensor other) => Operator.Of("aten::linalg_solve").Call(this, other, true);

    /// <summary>Matrix product, batched where there are more than two dimensions.</summary>
    public Tensor MatMul(Tensor other) => Operator.Of("aten::matmul").Call(this, other);

    /// <summary>Becomes the matrix product of two others.</summary>
    public void SetProduct(Tensor left, Tensor right) => Operator.Of("aten::addmm_").Run(this, left, right, 0.0, 1.0);

    /// <summary>Adds the matrix product of two others, times a number, in place.</summary>
    public void AddProduct(Tensor left, Tensor right, double scale = 1) => Operator.Of("aten::addmm_").Run(this, left, right, 1.0, scale);

    /// <summary>Adds in place.</summary>
    public void AddInPlace(Tensor other, double scale = 1) => Operator.Of("aten::add_.Tensor").Run(this, other, scale);

    /// <summary>Subtracts another tensor in place.</summary>
    public void SubtractInPlace(Tensor other) => Operator.Of("aten::sub_.Tensor").Run(this, other, 1.0);

    /// <summary>Divides by another tensor in place.</summary>
    public void DivideInPlace(Tensor other) => Operator.Of("aten::div_.Tensor").Run(this, other);

    /// <summary>e to the power of each element, in place.</summary>
    public void ExpInPlace() => Operator.Of("aten::exp_").Run(this);

    /// <summary>Multiplies in place.</summary>
    public void MultiplyInPlace(double factor) => Operator.Of("aten::mul_.Scalar").Run(this, factor);

    /// <summary>Sets every element to 0.</summary>
    public void Zero() => Operator.Of("aten::zero_").Run(this);

    /// <summary>Sets every element.</summary>
    public void Fill(double value) => Operator.Of("aten::fill_.Scalar").Run(this, value);

    /// <summary>Takes the values of another tensor, converted and broadcast.</summary>
    public void CopyFrom(Tensor source) => Operator.Of("aten::copy_").Run(this, source);

    /// <summary>Draws every element from a normal distribution.</summary>
    public void NormalInPlace(double mean, double deviation) => Operator.Of("aten::normal_").Run(this, mean, deviation);

    /// <summary>Draws every element from a uniform distribution.</summary>
    public void UniformInPlace(double low, double high) => Operator.Of("aten::uniform_").Run(this, low, high);
}
