using Semblance.Models.Layers;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;

namespace Semblance.Models;

/// <summary>A part of a network: named parameters and buffers, named parts of its own, and a way from input to output.</summary>
/// <remarks>
/// Names and their order are those of PyTorch's <c>state_dict</c>, so that weight files fit both. Tensors of a module belong to no scope; they go with
/// <see cref="Dispose"/>. A fresh module holds zeros until <see cref="Initialize"/> or <see cref="Load(WeightFile, Func{string, bool}?)"/> gives it weights.
/// </remarks>
public abstract partial class Module : IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<(string Name, Module Part)> _parts = [];

    /// <summary>Whether the module trains: dropout drops and batch norm uses the batch. True at first.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>Computes the output.</summary>
    /// <param name="input">The input; it stays the caller's and is not changed unless the module says so.</param>
    public abstract Tensor Forward(Tensor input);

    /// <summary>Adds a parameter of zeros.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="shape">Its sizes.</param>
    protected Parameter AddParameter(string name, params long[] shape) => Add(new Parameter(name, Tensor.Zeros(shape), isBuffer: false));

    /// <summary>Adds a buffer.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="value">Its values; the module owns the tensor from now on.</param>
    protected Parameter AddBuffer(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(new Parameter(name, value, isBuffer: true));
    }

    /// <summary>Adds a part.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="part">The part; this module owns it from now on.</param>
    /// <returns>The part.</returns>
    protected T AddPart<T>(string name, T part)
        where T : Module
    {
        _parts.Add((name, part));
        return part;
    }

    private Parameter Add(Parameter parameter)
    {
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>This module (its name is empty) and every part of it, each before its own parts.</summary>
    public IEnumerable<(string Name, Module Module)> Modules()
    {
        yield return ("", this);
        foreach ((string name, Module part) in _parts)
        {
            foreach ((string inner, Module module) in part.Modules())
            {
                yield return (inner.Length == 0 ? name : $"{name}.{inner}", module);
            }
        }
    }

    /// <summary>Parameters and buffers with their full names, in the order of PyTorch's <c>state_dict</c>.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> State()
    {
        foreach ((string name, Module module) in Modules())
        {
            foreach (Parameter parameter in module._parameters)
            {
                yield return (name.Length == 0 ? parameter.Name : $"{name}.{parameter.Name}", parameter);
            }
        }
    }

    /// <summary>What learns or could, with full names.</summary>
    public IEnumerable<(string Name, Tensor Value)> Parameters() => State().Where(item => !item.Parameter.IsBuffer).Select(item => (item.Name, item.Parameter.Value));

    /// <summary>What is kept but does not learn, with full names.</summary>
    public IEnumerable<(string Name, Tensor Value)> Buffers() => State().Where(item => item.Parameter.IsBuffer).Select(item => (item.Name, item.Parameter.Value));

    /// <summary>Chooses between training and evaluation, for this module and all its parts.</summary>
    /// <param name="training">False for evaluation.</param>
    public void Train(bool training = true)
    {
        IsTraining = training;
        foreach ((_, Module part) in _parts)
        {
            part.Train(training);
        }
    }

    /// <summary>Evaluation: nothing is dropped, batch norm uses its running statistics.</summary>
    public void Evaluate() => Train(false);

    /// <summary>Keeps parameters from learning.</summary>
    /// <param name="which">Chooses by full name; all where it is left out.</param>
    /// <remarks>Running statistics still move in training; see <see cref="FreezeBatchNorm"/>.</remarks>
    public void Freeze(Func<string, bool>? which = null) => SetLearning(which, false);

    /// <summary>Lets parameters learn again.</summary>
    /// <param name="which">Chooses by full name; all where it is left out.</param>
    public void Unfreeze(Func<string, bool>? which = null) => SetLearning(which, true);

    private void SetLearning(Func<string, bool>? which, bool learns)
    {
        foreach ((string name, Tensor value) in Parameters())
        {
            if (which is null || which(name))
            {
                value.RequiresGrad = learns;
            }
        }
    }

    /// <summary>Batch norm uses its running statistics in training as well, and leaves them as they are.</summary>
    /// <param name="scaleToo">Whether its scale and shift stop learning as well.</param>
    public void FreezeBatchNorm(bool scaleToo = false)
    {
        foreach ((_, Module module) in Modules())
        {
            if (module is BatchNorm2d norm)
            {
                norm.UsesRunningStatistics = true;
                if (scaleToo)
                {
                    norm.Freeze();
                }
            }
        }
    }

    /// <summary>Moves every tensor to a device. Make optimizers afterwards: the tensors are replaced.</summary>
    /// <param name="device">Where to; counts of batches stay on the CPU.</param>
    public void MoveTo(Device device) => Replace(value => value.To(device));

    /// <summary>Converts every real-valued tensor to another precision. Make optimizers afterwards: the tensors are replaced.</summary>
    /// <param name="type">A real type.</param>
    public void ConvertTo(DataType type) => Replace(value => value.To(type));

    /// <summary>Keeps the weights of convolutions with the channels of a pixel side by side, as <see cref="ChannelsLast"/> does for images.</summary>
    private protected void KeepChannelsLast() => Replace(value => value.Rank == 4 ? ChannelsLast(value) : value.Alias());

    /// <summary>The same values with the channels of a pixel side by side in memory; itself where they already are.</summary>
    /// <remarks>
    /// The shape stays n × channels × height × width, and convolutions hand the layout on. On the CPU it takes a quarter to a third
    /// off the training step of SqueezeNet, MobileNetV2 and the small convnet, but adds to that of ResNets with wide 3x3 convolutions; so each backbone chooses.
    /// </remarks>
    private protected static Tensor ChannelsLast(Tensor value)
    {
        const long Layout = 2; // MemoryFormat::ChannelsLast of libtorch
        return Operator.Of("aten::contiguous").Call(value, Layout);
    }

    private void Replace(Func<Tensor, Tensor> change)
    {
        using Autograd.Mode mode = Autograd.NoGrad();
        foreach ((_, Parameter parameter) in State())
        {
            if (parameter.Value.Type != DataType.Int64)
            {
                parameter.Replace(change(parameter.Value));
            }
        }
    }

    /// <summary>Gives every parameter its first values and every buffer its start.</summary>
    /// <param name="seed">The same seed gives the same values on every machine.</param>
    /// <remarks>A value depends on the seed, the parameter's full name and its place, so another head leaves the backbone as it was.</remarks>
    public void Initialize(long seed)
    {
        foreach ((string name, Module module) in Modules())
        {
            module.Reset(new FirstValues(seed, name));
        }
    }

    /// <summary>Gives this module's own parameters and buffers, not those of its parts, their first values.</summary>
    /// <param name="values">Where they come from.</param>
    protected virtual void Reset(FirstValues values)
    {
    }

    /// <summary>Frees all tensors.</summary>
    public void Dispose()
    {
        foreach ((_, Parameter parameter) in State())
        {
            parameter.Value.Dispose();
        }
        GC.SuppressFinalize(this);
    }
}
