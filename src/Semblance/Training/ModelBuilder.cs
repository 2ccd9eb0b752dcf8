using Semblance.Losses.Logits;
using Semblance.Models;
using Semblance.Models.Backbones;
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
        Model model = new(Bare(recipe.Model));
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

    private static Model Shape(Recipe recipe, int classes)
    {
        ModelRecipe model = recipe.Model;
        Backbone backbone = Bare(model);
        HeadOptions before = new() { Dropout = model.Dropout, Hidden = model.Hidden };
        Head? head = model.Head switch
        {
            HeadKind.None => null,
            HeadKind.Hash => Head.Hash(backbone.FeatureCount, model.Bits, model.BatchNorm, before),
            HeadKind.Classifier => Head.Classifier(backbone.FeatureCount, classes, before, model.Classifier),
            _ => Head.Embedding(backbone.FeatureCount, model.Dim, model.Normalize, before),
        };
        bool classifies = model.Head != HeadKind.Classifier && recipe.Objective.Any(term => term.Options is ILogitTermOptions);
        return new Model(backbone, head, classifies ? Head.Classifier(head?.Outputs ?? backbone.FeatureCount, classes, classifier: model.Classifier) : null);
    }

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
