using Semblance.Tensors;

namespace Semblance.Models.Experts;

/// <summary>What the experts of a model give for a batch; the second dimension is the expert.</summary>
/// <param name="Features">n × experts × values.</param>
/// <param name="Logits">n × experts × classes, of the classifiers that labels train.</param>
/// <param name="Distilled">n × experts × classes, of the classifiers that distillation trains; null where there are none.</param>
/// <param name="Projections">n × experts × values, not normalised; null where there are none.</param>
public sealed record ExpertOutputs(Tensor Features, Tensor Logits, Tensor? Distilled, Tensor? Projections)
{
    /// <summary>Number of experts.</summary>
    public int Count => (int)Logits.Size(1);

    /// <summary>Logits of one expert, n × classes.</summary>
    /// <param name="expert">Its number, from 0.</param>
    public Tensor LogitsOf(int expert) => Logits.Select(1, expert);

    /// <summary>Logits of the ensemble, n × classes.</summary>
    /// <param name="kind">How they are put together.</param>
    /// <param name="prediction">Whose they are.</param>
    /// <exception cref="ArgumentException">The experts have no classifiers that distillation trains.</exception>
    public Tensor Ensemble(EnsembleKind kind = EnsembleKind.Logits, ExpertPrediction prediction = ExpertPrediction.Label) => Ensemble(Predicting(prediction), kind);

    /// <summary>One row of logits from those of several classifiers.</summary>
    /// <param name="logits">n × classifiers × classes.</param>
    /// <param name="kind">How they are put together.</param>
    /// <returns>n × classes: the mean, or the logarithm of the mean of the probabilities.</returns>
    public static Tensor Ensemble(Tensor logits, EnsembleKind kind)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return kind == EnsembleKind.Logits ? logits.Mean(1) : logits.LogSoftmax(2).LogSumExp(1) - Math.Log(logits.Size(1));
    }

    private Tensor Predicting(ExpertPrediction prediction)
    {
        if (prediction == ExpertPrediction.Label)
        {
            return Logits;
        }
        Tensor distilled = Distilled ?? throw new ArgumentException("The experts have no classifiers that distillation trains; predict with those that labels train.", nameof(prediction));
        return prediction == ExpertPrediction.Distilled ? distilled : Tensor.Concatenate([Logits, distilled], 1);
    }
}
