using Semblance.Curriculum;

namespace Semblance.Training.Cleaning;

/// <summary>Confident learning on features: classifiers that have not seen a sample say what they think of its label.</summary>
internal static class ConfidentSearch
{
    /// <summary>Trains the classifiers and asks them.</summary>
    /// <param name="rows">Features, one row after the other.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="classes">The class of each sample, from 0 on without gaps.</param>
    /// <param name="count">Number of classes.</param>
    /// <param name="options">Settings of the classifiers.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops it.</param>
    public static ConfidentLearning Run(ReadOnlyMemory<float> rows, int dimension, int[] classes, int count, LinearClassifierOptions options, IRunObserver observer, CancellationToken stop)
    {
        int done = 0, total = options.Folds * options.Epochs;
        Lock telling = new();
        float[] probabilities = LinearClassifier.CrossPredict(rows, dimension, classes, count, options, () =>
        {
            lock (telling)
            {
                observer.Progressed("training classifiers", ++done, total);
            }
        }, stop);
        return ConfidentLearning.Of(probabilities, classes, count);
    }
}
