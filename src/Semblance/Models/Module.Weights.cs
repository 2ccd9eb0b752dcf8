using System.Runtime.InteropServices;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;

namespace Semblance.Models;

/// <content>Weights from files and to files.</content>
public abstract partial class Module
{
    /// <summary>Compares the names and shapes of a file with what this module needs.</summary>
    /// <param name="file">The weights; where every name begins with <c>module.</c>, as data-parallel training writes it, that part is passed over.</param>
    /// <param name="ignore">Names that are neither needed nor read; none where it is left out.</param>
    public WeightMatch Match(WeightFile file, Func<string, bool>? ignore = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        string prefix = file.Tensors.Count > 0 && file.Tensors.Keys.All(name => name.StartsWith("module.", StringComparison.Ordinal)) ? "module." : "";
        return WeightMatch.Of(this, file, prefix, name => PassesOver(name) || ignore?.Invoke(name) == true);
    }

    /// <summary>Whether a published file may hold a name that this module does without, such as a part that only helps training.</summary>
    /// <param name="name">The name.</param>
    private protected virtual bool PassesOver(string name) => false;

    /// <summary>Takes the weights of a file; nothing changes unless all fit.</summary>
    /// <param name="file">The weights; where every name begins with <c>module.</c>, as data-parallel training writes it, that part is passed over.</param>
    /// <param name="ignore">Names that are neither needed nor read; none where it is left out.</param>
    /// <exception cref="InvalidDataException">Names are missing, unexpected or misshapen; the message lists them.</exception>
    public void Load(WeightFile file, Func<string, bool>? ignore = null) => Load(Match(file, ignore));

    /// <inheritdoc cref="Load(WeightFile, Func{string, bool}?)"/>
    /// <param name="path">The weight file.</param>
    /// <param name="ignore">Names that are neither needed nor read; none where it is left out.</param>
    public void Load(string path, Func<string, bool>? ignore = null)
    {
        using WeightFile file = WeightFile.Open(path);
        Load(file, ignore);
    }

    private protected void Load(WeightMatch match)
    {
        match.ThrowUnlessComplete(Description);
        using Autograd.Mode mode = Autograd.NoGrad();
        foreach ((Parameter parameter, WeightTensor weights) in match.Found)
        {
            Take(parameter.Value, weights);
        }
    }

    /// <summary>What the module is called in messages.</summary>
    protected virtual string Description => GetType().Name;

    private static void Take(Tensor value, WeightTensor weights)
    {
        if (value.Type == DataType.Float32 && weights.Type == DataType.Float32 && value.Rank < 4 && !value.Device.IsCuda)
        {
            weights.CopyTo(MemoryMarshal.AsBytes(value.Span<float>()));
            return;
        }
        using Tensor read = Tensor.FromBytes(weights.ToBytes(), weights.Type, weights.Shape);
        value.CopyFrom(read);
    }

    /// <summary>The weights by name, read from the module when they are asked for.</summary>
    public IEnumerable<WeightTensor> Weights() => State().Select(item => WeightTensor.Of(item.Name, item.Parameter.Value));

    /// <summary>Saves the weights as safetensors, whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <param name="metadata">Notes to keep with them; may be null.</param>
    /// <exception cref="IOException">The file cannot be written; the older one, if any, is as it was.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null) => Safetensors.Write(path, Weights(), metadata);
}
