using Semblance.Models.Experts;

namespace Semblance.Training;

/// <summary>Experts that learn together.</summary>
public sealed record ExpertRecipe
{
    /// <summary>What stands on the features of each.</summary>
    public ExpertOptions Options { get; init; } = new();

    /// <summary>How many of the backbone's first stages they share; null for all of it.</summary>
    public int? SharedStages { get; init; } = 0;

    /// <summary>Share that the encoder of the keys keeps of itself in each step.</summary>
    public double Momentum { get; init; } = 0.999;

    /// <summary>When that encoder follows.</summary>
    public MomentumUpdate Update { get; init; }

    internal static ExpertRecipe Read(Section section, bool frozen)
    {
        ExpertRecipe defaults = new();
        ExpertOptions usual = new();
        bool distillation = section.Flag("distillation", usual.Distillation);
        ExpertRecipe read = new()
        {
            SharedStages = section.IntOr("shared-stages", "all", frozen ? null : defaults.SharedStages, min: 0),
            Options = new()
            {
                Count = section.Int("count", usual.Count, min: 1, max: 64),
                Hidden = section.IntOrNull("hidden", usual.Hidden, min: 1, max: 65536),
                Dropout = section.Number("dropout", usual.Dropout, min: 0, below: 1),
                Distillation = distillation,
                Projection = section.IntOrNull("projection", usual.Projection, min: 1, max: 65536),
                Ensemble = section.Choice("ensemble", usual.Ensemble),
                Prediction = section.Choice("prediction", usual.Prediction),
            },
            Momentum = section.Number("momentum", defaults.Momentum, min: 0, below: 1),
            Update = section.Choice("momentum-update", defaults.Update),
        };
        if (read.Options.Prediction != ExpertPrediction.Label && !distillation)
        {
            section.Fault("prediction", $"{section.Path}.prediction needs the classifiers that distillation trains, and distillation is false. Set that to true, or prediction to label.");
        }
        if (frozen && read.SharedStages is not null)
        {
            section.Fault("shared-stages", $"{section.Path}.shared-stages is {read.SharedStages}, and model.freeze keeps the backbone from learning: networks with the same weights all give the same feature. Set shared-stages to all, or free the backbone.");
        }
        return read;
    }
}
