namespace Semblance.Tensors;

/// <summary>libtorch refused or failed an operation; the message names the operator and the shapes that it was given.</summary>
public sealed class TensorException(string operation, string reason) : Exception($"{operation}: {reason}")
{
    /// <summary>The operator and its arguments, such as <c>aten::add.Tensor(float32[2,3], float32[4])</c>.</summary>
    public string Operation { get; } = operation;
}
