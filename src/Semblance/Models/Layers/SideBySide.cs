using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>Several branches over one input, whose channels are put one after the other.</summary>
/// <remarks>The layers belong to the module that made them and carry the names that it gives; no branch may begin with a layer that works in place.</remarks>
internal sealed class SideBySide(params Module[][] branches) : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        Tensor[] outputs = Array.ConvertAll(branches, branch => Sequential.Forward(input, branch));
        try
        {
            return Tensor.Concatenate(outputs, 1);
        }
        finally
        {
            foreach (Tensor output in outputs)
            {
                output.Dispose();
            }
        }
    }
}
