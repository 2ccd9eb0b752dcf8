using Semblance.Models.Backbones;
using Semblance.Tensors;

namespace Semblance.Models.Experts;

/// <summary>When a momentum encoder follows the weights.</summary>
public enum MomentumUpdate
{
    /// <summary>After the step of the optimizer, with the weights that it leads to.</summary>
    AfterStep,

    /// <summary>Before it, with the weights that it starts from.</summary>
    BeforeStep,
}

/// <summary>A slow copy of what leads from images to the projections of a model's experts, which gives the keys that projections are contrasted with (MoCo, He et al., CVPR 2020).</summary>
/// <remarks>
/// The copy begins with the model's weights; then copy = decay copy + (1 - decay) weights with every step. A backbone that does not learn is not copied. Running statistics of batch norm are the copy's
/// own, from what it sees itself.
/// </remarks>
public sealed class MomentumEncoder : IDisposable
{
    private readonly Backbone trunk;
    private readonly Backbone? backbone;
    private readonly ExpertHeads experts;
    private readonly double decay;
    private readonly MomentumUpdate update;
    private readonly (string Name, Tensor Key, Tensor Query)[] copied;
    private readonly (string Name, Tensor Key, Tensor Query)[] followed;

    /// <summary>Begins with a copy of a model's weights.</summary>
    /// <param name="model">With experts that have projections; it stays the caller's and must outlive this.</param>
    /// <param name="backbone">Made like the model's, on its device, owned from now on; null to go through the model's own, where that does not learn.</param>
    /// <param name="experts">Made like the model's without classifiers, on its device; owned from now on.</param>
    /// <param name="decay">Within [0, 1).</param>
    /// <param name="update">When it follows the weights.</param>
    public MomentumEncoder(Model model, Backbone? backbone, ExpertHeads experts, double decay, MomentumUpdate update = MomentumUpdate.AfterStep)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(experts);
        ExpertHeads queries = model.Experts ?? throw new ArgumentException("the model has no experts; keys are their projections.", nameof(model));
        this.decay = Require.Below(decay, 0, 1, nameof(decay));
        this.update = update;
        (trunk, this.backbone, this.experts) = (model.Backbone, backbone, experts);
        backbone?.Freeze();
        experts.Freeze();
        copied = [.. Pairs("backbone", backbone, model.Backbone), .. Pairs("experts", experts, queries)];
        Restart();
        HashSet<string> learned = [.. (backbone?.Parameters() ?? []).Select(entry => $"backbone.{entry.Name}"), .. experts.Parameters().Select(entry => $"experts.{entry.Name}")];
        followed = [.. copied.Where(pair => learned.Contains(pair.Name))];
    }

    /// <summary>Begins again with a copy of the model's weights.</summary>
    public void Restart()
    {
        using Autograd.Mode mode = Autograd.NoGrad();
        foreach ((_, Tensor key, Tensor query) in copied)
        {
            key.CopyFrom(query);
        }
    }

    /// <summary>Everything that it keeps, by name; for checkpoints.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        (backbone?.State() ?? []).Select(entry => ($"backbone.{entry.Name}", entry.Parameter.Value)).Concat(experts.State().Select(entry => ($"experts.{entry.Name}", entry.Parameter.Value)));

    /// <summary>Keys of images; no derivative goes through them.</summary>
    /// <param name="images">n × 3 × height × width, normalised.</param>
    /// <returns>n × experts × values, not normalised.</returns>
    public Tensor Keys(Tensor images)
    {
        using Autograd.Mode mode = Autograd.NoGrad();
        return experts.Projections((backbone ?? trunk).Features(images));
    }

    /// <summary>Keys of features that a backbone which does not learn gave before.</summary>
    /// <param name="features">n × features.</param>
    /// <returns>n × experts × values, not normalised.</returns>
    public Tensor KeysOfFeatures(Tensor features)
    {
        using Autograd.Mode mode = Autograd.NoGrad();
        return experts.Projections(features);
    }

    /// <summary>To be called before each step of the optimizer.</summary>
    public void BeforeStep()
    {
        if (update == MomentumUpdate.BeforeStep)
        {
            Follow();
        }
    }

    /// <summary>To be called after each step of the optimizer.</summary>
    public void AfterStep()
    {
        if (update == MomentumUpdate.AfterStep)
        {
            Follow();
        }
    }

    /// <summary>keys = decay keys + (1 - decay) queries, in place.</summary>
    /// <param name="keys">What follows.</param>
    /// <param name="queries">What is followed, of the same shapes.</param>
    /// <param name="decay">Share that stays.</param>
    public static void Follow(Tensor[] keys, Tensor[] queries, double decay)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Foreach.Multiply(keys, decay);
        Foreach.Add(keys, queries, 1 - decay);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backbone?.Dispose();
        experts.Dispose();
    }

    private void Follow() => Follow([.. followed.Select(pair => pair.Key)], [.. followed.Select(pair => pair.Query)], decay);

    private static IEnumerable<(string Name, Tensor Key, Tensor Query)> Pairs(string part, Module? keys, Module queries)
    {
        Dictionary<string, Tensor> weights = queries.State().ToDictionary(entry => entry.Name, entry => entry.Parameter.Value);
        return (keys?.State() ?? []).Select(entry => ($"{part}.{entry.Name}", entry.Parameter.Value, weights[entry.Name]));
    }
}
