namespace Semblance.Tensors;

/// <summary>One call over many tensors, in place: what optimizers do to all parameters at once.</summary>
public static class Foreach
{
    /// <summary>Multiplies every tensor by a number.</summary>
    public static void Multiply(Tensor[] tensors, double factor) => Operator.Of("aten::_foreach_mul_.Scalar").Run(tensors, factor);

    /// <summary>tensors += scale * others.</summary>
    public static void Add(Tensor[] tensors, Tensor[] others, double scale = 1) => Operator.Of("aten::_foreach_add_.List").Run(tensors, others, scale);

    /// <summary>tensors += number.</summary>
    public static void Add(Tensor[] tensors, double number) => Operator.Of("aten::_foreach_add_.Scalar").Run(tensors, number);

    /// <summary>tensors += scale * first * second.</summary>
    public static void AddProduct(Tensor[] tensors, Tensor[] first, Tensor[] second, double scale) => Operator.Of("aten::_foreach_addcmul_.Scalar").Run(tensors, first, second, scale);

    /// <summary>tensors += scale * first / second.</summary>
    public static void AddQuotient(Tensor[] tensors, Tensor[] first, Tensor[] second, double scale) => Operator.Of("aten::_foreach_addcdiv_.Scalar").Run(tensors, first, second, scale);

    /// <summary>Square roots, as fresh tensors.</summary>
    public static Tensor[] Sqrt(Tensor[] tensors) => Operator.Of("aten::_foreach_sqrt").CallMany(tensors.Length, tensors);

    /// <summary>tensors /= number.</summary>
    public static void Divide(Tensor[] tensors, double number) => Operator.Of("aten::_foreach_div_.Scalar").Run(tensors, number);

    /// <summary>Euclidean length of each tensor, as fresh scalars.</summary>
    public static Tensor[] Norms(Tensor[] tensors) => Operator.Of("aten::_foreach_norm.Scalar").CallMany(tensors.Length, tensors, 2.0);
}
