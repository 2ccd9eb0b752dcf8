using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>Modules one after the other, named 0, 1, 2 and so on.</summary>
public class Sequential : Module
{
    private readonly Module[] _layers;

    /// <summary>Chains modules.</summary>
    /// <param name="layers">In the order of the data; owned from now on.</param>
    public Sequential(params ReadOnlySpan<Module> layers)
    {
        _layers = layers.ToArray();
        for (int i = 0; i < _layers.Length; i++)
        {
            AddPart(i.ToString(System.Globalization.CultureInfo.InvariantCulture), _layers[i]);
        }
    }

    /// <summary>The modules.</summary>
    public IReadOnlyList<Module> Layers => _layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, _layers);

    /// <summary>Runs modules one after the other and lets go of what lies between as soon as it is used.</summary>
    /// <remarks>The record for derivatives keeps what it needs by itself; handles held until the end of a step would keep all the rest as well.</remarks>
    internal static Tensor Forward(Tensor input, ReadOnlySpan<Module> layers)
    {
        Tensor current = input;
        foreach (Module layer in layers)
        {
            Tensor next = layer.Forward(current);
            if (!ReferenceEquals(current, next) && !ReferenceEquals(current, input))
            {
                current.Dispose();
            }
            current = next;
        }
        return current;
    }
}
