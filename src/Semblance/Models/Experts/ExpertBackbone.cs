using Semblance.Models.Backbones;
using Semblance.Models.Layers;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;

namespace Semblance.Models.Experts;

/// <summary>Networks of one kind side by side, one an expert, of which the first stages may be one and the same. The feature is theirs, side by side.</summary>
/// <remarks>Weights are named <c>shared.…</c> and <c>expert0.…</c>, followed by the names of the network itself. Published weights go into every network.</remarks>
public sealed class ExpertBackbone : Backbone
{
    private readonly Func<Backbone> _create;
    private readonly Backbone[] _networks;
    private readonly Module[] _trunk;
    private readonly Module[]?[] _branches;

    private ExpertBackbone(Func<Backbone> create, Backbone[] networks, int sharedStages)
        : base($"{networks.Length} x {networks[0].Name}", networks.Length * networks[0].FeatureCount, networks[0].ClassifierName, null)
    {
        (_create, _networks) = (create, networks);
        Pool.Kind = networks[0].Pooling;
        _trunk = sharedStages == 0 ? [] : [.. networks[0].Stages!.Take(sharedStages).SelectMany(stage => stage)];
        _branches = [.. networks.Select(network => network.Stages?.Skip(sharedStages).SelectMany(stage => stage).ToArray())];
        Adopt("shared", networks[0], _trunk);
        for (int expert = 0; expert < networks.Length; expert++)
        {
            if (_branches[expert] is { } branch)
            {
                Adopt($"expert{expert}", networks[expert], branch);
            }
            else
            {
                AddPart($"expert{expert}", networks[expert]);
            }
        }
        foreach (Module spare in networks.Skip(1).SelectMany(network => network.Stages?.Take(sharedStages).SelectMany(stage => stage) ?? []))
        {
            spare.Dispose();
        }
    }

    /// <summary>Puts networks side by side.</summary>
    /// <param name="create">Makes one without a classifier.</param>
    /// <param name="experts">How many; at least 1.</param>
    /// <param name="sharedStages">How many of their first stages are shared; fewer than they have.</param>
    /// <exception cref="ArgumentException">The networks have no so many stages.</exception>
    public static ExpertBackbone Of(Func<Backbone> create, int experts, int sharedStages)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(sharedStages);
        Backbone[] networks = [.. Enumerable.Range(0, experts).Select(_ => create())];
        if (sharedStages >= (networks[0].Stages?.Count ?? 1))
        {
            string name = networks[0].Name;
            int? stages = networks[0].Stages?.Count;
            Array.ForEach(networks, network => network.Dispose());
            throw new ArgumentException(stages is null
                ? $"{name} is not divided into stages, so experts share all of it or nothing; set shared-stages to 0 or all."
                : $"{name} has {stages} stages, of which experts can share 0 to {stages - 1}; {sharedStages} were asked for. Set shared-stages to one of these, or to all.", nameof(sharedStages));
        }
        return new ExpertBackbone(create, networks, sharedStages);
    }

    /// <inheritdoc/>
    public override bool HasPooling => _networks is null || _networks[0].HasPooling;

    /// <inheritdoc/>
    public override Tensor Features(Tensor images)
    {
        Tensor entered = _networks[0].LaysChannelsLast ? ChannelsLast(images) : images;
        Tensor trunk = Sequential.Forward(entered, _trunk);
        return Tensor.Concatenate([.. _networks.Select((network, expert) => _branches[expert] is { } branch ? Sequential.Forward(trunk, branch) : network.Features(trunk))], 1);
    }

    /// <inheritdoc/>
    /// <remarks>A file of such networks side by side fits as it is; one of a single network goes into each of them.</remarks>
    public override void LoadFeatures(WeightFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Tensors.Keys.Any(name => name.Contains("expert0.", StringComparison.Ordinal)))
        {
            base.LoadFeatures(file);
            return;
        }
        using Backbone single = _create();
        single.LoadFeatures(file);
        Dictionary<string, Tensor> weights = single.State().ToDictionary(entry => entry.Name, entry => entry.Parameter.Value);
        using Autograd.Mode mode = Autograd.NoGrad();
        foreach ((string name, Parameter parameter) in State())
        {
            parameter.Value.CopyFrom(weights[name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        }
    }

    private protected override Tensor Classify(Tensor images) => Features(images);

    private void Adopt(string prefix, Backbone network, Module[] layers)
    {
        foreach ((string name, Module module) in network.Modules().Where(entry => layers.Contains(entry.Module)).ToArray())
        {
            AddPart($"{prefix}.{name}", module);
        }
    }
}
