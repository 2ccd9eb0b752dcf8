using Semblance.Tensors;

namespace Semblance.Models;

/// <summary>One named tensor of a module: a parameter, which learns, or a buffer, which is only kept with it.</summary>
public sealed class Parameter
{
    internal Parameter(string name, Tensor value, bool isBuffer)
    {
        Name = name;
        Value = value.Detached();
        IsBuffer = isBuffer;
        Value.RequiresGrad = !isBuffer;
    }

    /// <summary>Its name within its module, such as <c>weight</c>.</summary>
    public string Name { get; }

    /// <summary>Its values; the module's own tensor, replaced when the module moves to another device.</summary>
    public Tensor Value { get; private set; }

    /// <summary>Whether it is a buffer, such as a running mean.</summary>
    public bool IsBuffer { get; }

    /// <summary>Puts another tensor in the place of the present one, which is freed.</summary>
    internal void Replace(Tensor value)
    {
        bool learns = Value.RequiresGrad;
        Value.Dispose();
        Value = value.Detached();
        Value.RequiresGrad = learns;
    }
}
