using Semblance.Losses.Logits;
using Semblance.Models;
using Semblance.Models.Backbones;
using Semblance.Models.Experts;
using Semblance.Models.Heads;
using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>Makes the model that a recipe describes.</summary>
public static class ModelBuilder
{
    /// <summary>Makes the model with its first weights: published ones where the recipe names a file, else drawn from the seed.</summary>
    /// <param name="recipe">Recipe of the run.</param>
    /// <param name="classes">Classes of the training set.</param>
    /// <exception cref="InvalidDataException">The weights are not there or belong to another model.</exception>
    public static Model Make(Recipe recipe, int classes)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Model model = Shape(recipe, classes);
        model.Initialize(recipe.Seed);
        if (recipe.Model.From is not null)
        {
            Continue(model, recipe.Model);
        }
        else if (recipe.Model.Weights is { } weights)
        {
            model.Backbone.LoadFeatures(weights);
        }
        Freeze(model, recipe.Model.Freeze);
        model.MoveTo(Device.Parse(recipe.Device));
        return model;
    }

    /// <summary>Makes the model with the weights that a run ended with.</summary>
    /// <exception cref="InvalidDataException">The weights are not there or belong to another model.</exception>
    public static Model Load(Recipe recipe, int classes, string weights)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Model model = Shape(recipe, classes);
        model.Load(weights);
        model.MoveTo(Device.Parse(recipe.Device));
        model.Evaluate();
        return model;
    }

    /// <summary>The backbone alone, with the weights that it has before training: what features and baselines come from.</summary>
    /// <exception cref="InvalidDataException">The weights are not there or belong to another model.</exception>
    public static Model BackboneOf(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Model model = new(recipe.Model.From is null ? Bare(recipe.Model) : BackboneOf(recipe.Model));
        model.Initialize(recipe.Seed);
        if (recipe.Model.StartFile is { } weights)
        {
            RequireEnded(recipe.Model);
            model.Backbone.LoadFeatures(weights);
        }
        model.MoveTo(Device.Parse(recipe.Device));
        return model;
    }

    /// <summary>Takes the weights of an earlier run, but for the parts that are to be drawn anew; the factors of classes begin at 1.</summary>
    private static void Continue(Model model, ModelRecipe recipe)
    {
        RequireEnded(recipe);
        bool head = recipe.Fresh.Contains(ModelPart.Head), classifier = head || recipe.Fresh.Contains(ModelPart.Classifier);
        model.Load(recipe.StartFile!, name => (classifier && model.IsOfClassifier(name))
            || (head && !name.StartsWith("backbone.", StringComparison.Ordinal))
            || (model.IsOfClassifier(name) && name.EndsWith("." + ScaledLinear.Factors, StringComparison.Ordinal)));
    }

    private static void RequireEnded(ModelRecipe recipe)
    {
        if (recipe.From is { } from && !File.Exists(recipe.StartFile))
        {
            throw new InvalidDataException(Directory.Exists(from)
                ? $"model.from is {from}, and there is no {RunFolder.ModelName} in it: it is no run, or one that has not ended. Give the folder of a run that has."
                : $"model.from is {from}, which is not there. Give the folder of a run that has ended, or a file of its weights.");
        }
    }

    /// <summary>The slow copy of a model's way to its experts' projections, with the model's weights.</summary>
    /// <param name="recipe">Recipe of the run.</param>
    /// <param name="model">Its model, on its device.</param>
    /// <exception cref="ArgumentException">The model has no experts with projections.</exception>
    public static MomentumEncoder Momentum(Recipe recipe, Model model)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(model);
        ExpertRecipe experts = recipe.Model.Experts is { Options.Projection: not null } given ? given
            : throw new ArgumentException("the model has no experts with projections, which keys are. Set model.experts.projection.", nameof(recipe));
        Device device = Device.Parse(recipe.Device);
        Backbone? backbone = null;
        if (!recipe.Model.IsBackboneFrozen)
        {
            backbone = BackboneOf(recipe.Model);
            backbone.MoveTo(device);
        }
        if (recipe.Model.Freeze == Training.Freeze.BatchNorm)
        {
            backbone!.FreezeBatchNorm();
        }
        ExpertHeads heads = ExpertsOn(model.Backbone, null, recipe.Model);
        heads.MoveTo(device);
        return new MomentumEncoder(model, backbone, heads, experts.Momentum, experts.Update);
    }

    private static Model Shape(Recipe recipe, int classes)
    {
        ModelRecipe model = recipe.Model;
        Backbone backbone = BackboneOf(model);
        ExpertHeads? experts = model.Experts is not null ? ExpertsOn(backbone, classes, model) : null;
        int features = experts?.Outputs ?? backbone.FeatureCount;
        HeadOptions before = new() { Dropout = model.Dropout, Hidden = model.Hidden };
        Head? head = model.Head switch
        {
            HeadKind.None => null,
            HeadKind.Hash => Head.Hash(features, model.Bits, model.BatchNorm, before, model.BatchNormScale),
            HeadKind.Classifier => experts is null ? Head.Classifier(features, classes, before, model.Classifier) : null,
            _ => Head.Embedding(features, model.Dim, model.Normalize, before),
        };
        bool classifies = experts is null && model.Head != HeadKind.Classifier && recipe.Objective.Any(term => term.Options is ILogitTermOptions);
        return new Model(backbone, head, classifies ? Head.Classifier(head?.Outputs ?? features, classes, classifier: model.Classifier) : null, experts);
    }

    /// <summary>The backbone, or one for each expert.</summary>
    private static Backbone BackboneOf(ModelRecipe recipe)
    {
        if (recipe.Experts is not { SharedStages: { } shared } experts)
        {
            return Bare(recipe);
        }
        try
        {
            return ExpertBackbone.Of(() => Bare(recipe), experts.Options.Count, shared);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The recipe has model.experts.shared-stages: {shared}: {exception.Message}", exception);
        }
    }

    private static ExpertHeads ExpertsOn(Backbone backbone, int? classes, ModelRecipe recipe) =>
        new(backbone.FeatureCount, classes, recipe.Experts!.Options with { Classifier = recipe.Classifier }, recipe.Experts.SharedStages is not null);

    private static Backbone Bare(ModelRecipe recipe)
    {
        Backbone backbone = BackboneCatalogue.Find(recipe.Backbone).Create(null);
        if (recipe.Pooling != Pooling.Average && !backbone.HasPooling)
        {
            backbone.Dispose();
            throw new InvalidDataException($"The recipe has model.pooling: max, and {recipe.Backbone} pools no map to its feature; {recipe.Backbone} needs model.pooling: average. Set that, or choose another backbone.");
        }
        backbone.Pooling = recipe.Pooling;
        return backbone;
    }

    private static void Freeze(Model model, Freeze freeze)
    {
        if (freeze is Training.Freeze.Features or Training.Freeze.Weights)
        {
            model.Freeze();
            model.FreezeBatchNorm();
            model.Unfreeze(name => model.IsOfClassifier(name) && (freeze == Training.Freeze.Features || name.EndsWith("." + ScaledLinear.Factors, StringComparison.Ordinal)));
        }
        if (freeze == Training.Freeze.Backbone)
        {
            model.Backbone.Freeze();
        }
        if (freeze != Training.Freeze.None)
        {
            model.Backbone.FreezeBatchNorm();
        }
    }
}
