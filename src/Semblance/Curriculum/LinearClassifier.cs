using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Curriculum;

/// <summary>Settings of <see cref="LinearClassifier"/>.</summary>
public sealed record LinearClassifierOptions
{
    /// <summary>Parts that the samples are divided into; each is predicted by a classifier that learned from the others. At least 2.</summary>
    public int Folds { get; init => field = Require.AtLeast(value, 2); } = 5;

    /// <summary>Passes over the samples; at least 1.</summary>
    public int Epochs { get; init => field = Require.AtLeast(value, 1); } = 20;

    /// <summary>What the weights are pulled to 0 with: half of it times their squared length is added to the loss.</summary>
    public double WeightDecay { get; init => field = Require.NotNegative(value); } = 1e-3;

    /// <summary>Seed of the division and of the order of the samples.</summary>
    public int Seed { get; init; }

    /// <summary>Threads to use; 0 for one a processor. The result does not depend on it.</summary>
    public int Threads { get; init => field = Require.AtLeast(value, 0); }
}

/// <summary>A softmax classifier on features as they are, for probabilities that a sample's own label had no part in.</summary>
/// <remarks>
/// Features are standardised by the mean and deviation of the samples that train. Mini-batches of 64 with momentum 0.9; the rate begins at 1 / (2 d), where the loss is sure to be
/// smooth, and falls to 0 along a half cosine.
/// </remarks>
public static class LinearClassifier
{
    private const int Batch = 64;
    private const float Momentum = 0.9f;

    /// <summary>Probabilities of every class for every sample, from classifiers that have not seen it.</summary>
    /// <param name="features">Rows one after the other; finite.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="classes">The class of each sample, from 0 up to <paramref name="count"/> - 1.</param>
    /// <param name="count">Number of classes.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="progress">Told after each pass of each classifier; null for silence.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <returns>Samples x classes.</returns>
    /// <exception cref="ArgumentException">Fewer samples than folds, counts that differ, or a class outside the range.</exception>
    public static float[] CrossPredict(
        ReadOnlyMemory<float> features, int dimension, ReadOnlyMemory<int> classes, int count, LinearClassifierOptions? options = null, Action? progress = null, CancellationToken stopping = default)
    {
        options ??= new LinearClassifierOptions();
        FeatureRows<float> rows = FeatureRows.InMemory(features, dimension);
        if (rows.Count != classes.Length || rows.Count < options.Folds)
        {
            throw new ArgumentException($"There are {rows.Count} features and {classes.Length} labels for {options.Folds} folds; every sample needs one of each, and every fold a sample.", nameof(classes));
        }

        if (classes.Span.ContainsAnyExceptInRange(0, count - 1))
        {
            throw new ArgumentException($"A class is outside 0 to {count - 1}.", nameof(classes));
        }

        int[] folds = Folds(classes.Span, count, options);
        var probabilities = new float[(long)rows.Count * count];
        int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        Workers.For(options.Folds, threads, () => 0, (fold, _) =>
        {
            int[] train = [.. Enumerable.Range(0, folds.Length).Where(sample => folds[sample] != fold)];
            var model = new SoftmaxModel(features, dimension, count, train);
            model.Train(classes, train, options, fold, progress, stopping);
            foreach (int sample in Enumerable.Range(0, folds.Length).Where(sample => folds[sample] == fold))
            {
                model.Predict(sample, probabilities.AsSpan(sample * count, count));
            }
        }, stopping);
        return probabilities;
    }

    /// <summary>Each class is dealt to the folds in turn, in an order drawn by the seed.</summary>
    private static int[] Folds(ReadOnlySpan<int> classes, int count, LinearClassifierOptions options)
    {
        int[] order = [.. Enumerable.Range(0, classes.Length)];
        new SeededRandom(options.Seed, -1).Shuffle(order.AsSpan());
        var dealt = new int[count];
        var folds = new int[classes.Length];
        foreach (int sample in order)
        {
            int number = classes[sample];
            folds[sample] = (number + dealt[number]++) % options.Folds;
        }

        return folds;
    }

    /// <summary>Weights of one classifier; the last column of a row of weights is the bias.</summary>
    private sealed class SoftmaxModel
    {
        private readonly ReadOnlyMemory<float> _features;
        private readonly int _dimension;
        private readonly int _classes;
        private readonly float[] _mean;
        private readonly float[] _scale;
        private readonly float[] _weights;
        private readonly float[] _velocity;
        private readonly float[] _gradient;
        private readonly float[] _row;
        private readonly float[] _outputs;

        public SoftmaxModel(ReadOnlyMemory<float> features, int dimension, int classes, int[] train)
        {
            (_features, _dimension, _classes) = (features, dimension, classes);
            (_mean, _scale) = Moments(train);
            _weights = new float[classes * (dimension + 1)];
            _velocity = new float[_weights.Length];
            _gradient = new float[_weights.Length];
            _row = new float[dimension + 1];
            _outputs = new float[classes];
        }

        public void Train(ReadOnlyMemory<int> classes, int[] train, LinearClassifierOptions options, int fold, Action? progress, CancellationToken stopping)
        {
            int batches = (train.Length + Batch - 1) / Batch;
            for (int epoch = 0; epoch < options.Epochs; epoch++)
            {
                new SeededRandom(options.Seed, epoch, fold).Shuffle(train.AsSpan());
                for (int batch = 0; batch < batches; batch++)
                {
                    double done = (epoch + ((double)batch / batches)) / options.Epochs;
                    Step(classes.Span, train.AsSpan(batch * Batch, Math.Min(Batch, train.Length - (batch * Batch))), (float)((1 + Math.Cos(Math.PI * done)) / (4 * (_dimension + 1))), (float)options.WeightDecay);
                }

                progress?.Invoke();
                stopping.ThrowIfCancellationRequested();
            }
        }

        public void Predict(int sample, Span<float> probabilities)
        {
            Load(sample);
            int width = _dimension + 1;
            for (int number = 0; number < _classes; number++)
            {
                probabilities[number] = Dot(_row, _weights.AsSpan(number * width, width));
            }

            float largest = float.NegativeInfinity, sum = 0;
            foreach (float output in probabilities)
            {
                largest = MathF.Max(largest, output);
            }

            foreach (ref float output in probabilities)
            {
                output = MathF.Exp(output - largest);
                sum += output;
            }

            foreach (ref float output in probabilities)
            {
                output /= sum;
            }
        }

        private void Step(ReadOnlySpan<int> classes, ReadOnlySpan<int> batch, float rate, float decay)
        {
            int width = _dimension + 1;
            Array.Clear(_gradient);
            foreach (int sample in batch)
            {
                Predict(sample, _outputs);
                _outputs[classes[sample]] -= 1;
                for (int number = 0; number < _classes; number++)
                {
                    AddScaled(_gradient.AsSpan(number * width, width), _row, _outputs[number] / batch.Length);
                }
            }

            Descend(rate, decay);
        }

        private void Descend(float rate, float decay)
        {
            for (int i = 0; i < _weights.Length; i++)
            {
                _velocity[i] = (Momentum * _velocity[i]) + _gradient[i] + (decay * _weights[i]);
                _weights[i] -= rate * _velocity[i];
            }
        }

        private void Load(int sample)
        {
            ReadOnlySpan<float> source = _features.Span.Slice(sample * _dimension, _dimension);
            for (int k = 0; k < source.Length; k++)
            {
                _row[k] = (source[k] - _mean[k]) * _scale[k];
            }

            _row[_dimension] = 1;
        }

        private (float[] Mean, float[] Scale) Moments(int[] train)
        {
            double[] sums = new double[_dimension], squares = new double[_dimension];
            foreach (int sample in train)
            {
                ReadOnlySpan<float> row = _features.Span.Slice(sample * _dimension, _dimension);
                for (int k = 0; k < row.Length; k++)
                {
                    sums[k] += row[k];
                    squares[k] += (double)row[k] * row[k];
                }
            }

            float[] mean = [.. sums.Select(sum => (float)(sum / train.Length))];
            return (mean, [.. squares.Select((square, k) => Scale((square / train.Length) - (sums[k] / train.Length * (sums[k] / train.Length)), square / train.Length))]);
        }

        /// <summary>A number that does not vary counts for nothing.</summary>
        private static float Scale(double variance, double square) => variance > 1e-10 * square ? (float)(1 / Math.Sqrt(variance)) : 0;

        private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            int i = 0;
            Vector512<float> sums = default;
            ref float x = ref MemoryMarshal.GetReference(a);
            ref float y = ref MemoryMarshal.GetReference(b);
            for (; i + Vector512<float>.Count <= a.Length; i += Vector512<float>.Count)
            {
                sums = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, (nuint)i), Vector512.LoadUnsafe(ref y, (nuint)i), sums);
            }

            float sum = Vector512.Sum(sums);
            for (; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }

        private static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
        {
            int i = 0;
            ref float x = ref MemoryMarshal.GetReference(target);
            ref float y = ref MemoryMarshal.GetReference(source);
            var factors = Vector512.Create(factor);
            for (; i + Vector512<float>.Count <= target.Length; i += Vector512<float>.Count)
            {
                Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref y, (nuint)i), factors, Vector512.LoadUnsafe(ref x, (nuint)i)).StoreUnsafe(ref x, (nuint)i);
            }

            for (; i < target.Length; i++)
            {
                target[i] += source[i] * factor;
            }
        }
    }
}
