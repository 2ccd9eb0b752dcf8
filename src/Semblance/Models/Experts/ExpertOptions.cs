using Semblance.Models.Heads;

namespace Semblance.Models.Experts;

/// <summary>How the experts' logits become those of the ensemble.</summary>
public enum EnsembleKind
{
    /// <summary>Their mean.</summary>
    Logits,

    /// <summary>The logarithm of the mean of their probabilities.</summary>
    Softmax,
}

/// <summary>Whose logits the ensemble is made of.</summary>
public enum ExpertPrediction
{
    /// <summary>Those of the classifiers that labels train.</summary>
    Label,

    /// <summary>Those of the classifiers that distillation trains.</summary>
    Distilled,

    /// <summary>Those of both.</summary>
    Both,
}

/// <summary>What stands on the features of each expert.</summary>
public sealed record ExpertOptions
{
    /// <summary>Experts; at least 1.</summary>
    public int Count { get; init => field = Require.AtLeast(value, 1); } = 3;

    /// <summary>Width of a hidden layer, linear and max(0, x), that each expert begins with; null for none.</summary>
    public int? Hidden { get; init; }

    /// <summary>Share of an expert's feature that is dropped in training before classifiers and projection; at least 0 and below 1.</summary>
    public double Dropout { get; init => field = Require.Below(value, 0, 1); }

    /// <summary>How the classifiers make logits.</summary>
    public ClassifierOptions Classifier { get; init; } = new() { Bias = true };

    /// <summary>Whether each expert has a second classifier, trained by distillation.</summary>
    public bool Distillation { get; init; } = true;

    /// <summary>Numbers in the projection of each expert, for contrast with keys; null for none.</summary>
    public int? Projection { get; init; }

    /// <summary>How the experts' logits become those of the ensemble.</summary>
    public EnsembleKind Ensemble { get; init; }

    /// <summary>Whose logits these are.</summary>
    public ExpertPrediction Prediction { get; init; }
}
