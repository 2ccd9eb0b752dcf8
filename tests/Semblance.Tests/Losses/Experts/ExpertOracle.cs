using Semblance.Tensors;

namespace Semblance.Tests.Losses.Experts;

/// <summary>The slow, obvious forms of the losses over experts, in loops and double precision.</summary>
internal static class ExpertOracle
{
    /// <summary>Reproducible numbers that look normal, images × experts × values.</summary>
    public static Tensor Rows(int images, int experts, int values, long seed) => Tensor.From(Numeric.Normal(images * experts * values, seed), images, experts, values);

    public static double[][][] Jagged(Tensor rows)
    {
        double[] flat = Numeric.Values(rows);
        (int experts, int values) = ((int)rows.Size(1), (int)rows.Size(2));
        return [.. Enumerable.Range(0, (int)rows.Size(0)).Select(i => Enumerable.Range(0, experts).Select(m => flat.AsSpan(((i * experts) + m) * values, values).ToArray()).ToArray())];
    }

    public static double[] Shift(double[] row, long[]? counts) => counts is null ? row : [.. row.Zip(counts, (value, count) => value + Math.Log(count))];

    public static double[] Softmax(double[] row)
    {
        double largest = row.Max(), sum = row.Sum(value => Math.Exp(value - largest));
        return [.. row.Select(value => Math.Exp(value - largest) / sum)];
    }

    public static double CrossEntropy(double[] row, long label) => -Math.Log(Softmax(row)[label]);

    public static double Divergence(double[] teacher, double[] student) => teacher.Zip(student, (p, q) => p == 0 ? 0 : p * Math.Log(p / q)).Sum();

    public static double SoftmaxLoss(double[][][] logits, long[] labels, long[]? counts) =>
        logits.Select((image, i) => image.Sum(row => CrossEntropy(Shift(row, counts), labels[i]))).Sum() / logits.Length;

    /// <summary>Weights of distillation, images × experts, and the loss.</summary>
    public static (double[][] Weights, double Loss) Distillation(double[][][] logits, double[][][] distilled, long[] labels, long[]? counts, double temperature, double rho, double low, double high, bool byClass, bool normalize)
    {
        (int images, int experts) = (logits.Length, logits[0].Length);
        double[][] ratio = [.. Enumerable.Range(0, images).Select(i => Enumerable.Range(0, experts).Select(m =>
            Math.Pow((Softmax(Shift(logits[i][m], counts))[labels[i]] + 1e-8) / (Softmax(Shift(distilled[i][m], counts))[labels[i]] + 1e-8), rho)).ToArray())];
        double[][] weights = [.. Enumerable.Range(0, images).Select(i => Enumerable.Range(0, experts).Select(m =>
            Math.Clamp(byClass ? Enumerable.Range(0, images).Where(k => labels[k] == labels[i]).Average(k => ratio[k][m]) : ratio[i][m], low, high)).ToArray())];
        for (int m = 0; m < experts && normalize; m++)
        {
            double mean = weights.Average(row => row[m]);
            foreach (double[] row in weights)
            {
                row[m] /= mean;
            }
        }
        return (weights, Distillation(logits, distilled, weights, counts, temperature));
    }

    public static double Distillation(double[][][] logits, double[][][] distilled, double[][] weights, long[]? counts, double temperature)
    {
        (int images, int experts) = (logits.Length, logits[0].Length);
        double[] Cool(double[] row) => Softmax([.. Shift(row, counts).Select(value => value / temperature)]);
        double sum = 0;
        for (int i = 0; i < images; i++)
        {
            for (int m = 0; m < experts; m++)
            {
                sum += Enumerable.Range(0, experts).Where(j => j != m).Sum(j => weights[i][m] * Divergence(Cool(logits[i][j]), Cool(distilled[i][m])));
            }
        }
        return sum * temperature * temperature / images / (experts * (experts - 1));
    }

    public static double Feature(double[][][] features, string mode)
    {
        (int images, int experts) = (features.Length, features[0].Length);
        double[] Unit(double[] row) => [.. row.Select(value => value / Math.Max(1e-12, Math.Sqrt(row.Sum(x => x * x))))];
        double Compare(double[] a, double[] b) => mode switch
        {
            "mse" => a.Zip(b, (x, y) => (x - y) * (x - y)).Average(),
            "cosine" => 1 - Unit(a).Zip(Unit(b), (x, y) => x * y).Sum(),
            _ => Unit(a).Zip(Unit(b), (x, y) => (x - y) * (x - y)).Sum(),
        };
        double sum = features.Sum(image => Enumerable.Range(0, experts).Sum(m => Enumerable.Range(0, experts).Where(j => j != m).Sum(j => Compare(image[m], image[j]))));
        return sum / images / (experts * (experts - 1));
    }

    /// <summary>Hard classes of an image by the first expert's raw logits.</summary>
    public static bool[] Hard(double[] raw, long label, int count)
    {
        double[] scores = [.. raw.Select((value, c) => c == label ? double.PositiveInfinity : value)];
        HashSet<int> chosen = [.. Enumerable.Range(0, raw.Length).OrderByDescending(c => scores[c]).Take(count)];
        return [.. Enumerable.Range(0, raw.Length).Select(chosen.Contains)];
    }

    public static double Nbod(double[][][] logits, double factor)
    {
        (int images, int experts) = (logits.Length, logits[0].Length);
        double sum = 0;
        foreach (double[][] image in logits)
        {
            double[][] beliefs = [.. image.Select(Softmax)];
            for (int m = 0; m < experts; m++)
            {
                sum += Enumerable.Range(0, experts).Where(j => j != m).Sum(j => beliefs[j].Zip(beliefs[m], (p, q) => p == 0 ? 0 : p * (Math.Log(p) - Math.Log(q + 1e-9))).Sum());
            }
        }
        return factor * sum / images / (experts - 1);
    }

    public static double Ncl(double[][][] logits, long[] labels, long[] counts, int hard, bool zero)
    {
        double[][][] full = [.. logits.Select(image => image.Select(row => Shift(row, counts)).ToArray())];
        double[][][] masked = [.. full.Select((image, i) => image.Select(row => row.Zip(Hard(logits[i][0], labels[i], hard), (value, keep) => keep ? value : zero ? 0 : double.NegativeInfinity).ToArray()).ToArray())];
        return SoftmaxLoss(full, labels, null) + SoftmaxLoss(masked, labels, null) + Nbod(full, 0.6) + Nbod(masked, 0.6);
    }

    public static double Paco(double[][] rows, long[] labels, double[][] logits, long[] counts, double alpha, double beta, double gamma, double temperature, double classTemperature)
    {
        int anchors = logits.Length, classes = counts.Length;
        double total = counts.Sum(), sum = 0;
        for (int i = 0; i < anchors; i++)
        {
            double[] scores = [.. logits[i].Select((value, c) => (value + Math.Log((counts[c] / total) + 1e-9)) / classTemperature), .. rows.Select(row => row.Zip(rows[i], (a, b) => a * b).Sum() / temperature)];
            double[] factors = [.. Enumerable.Repeat(1.0, classes), .. rows.Select((_, k) => k == i ? 0 : gamma)];
            double[] positive = [.. Enumerable.Range(0, classes).Select(c => c == labels[i] ? beta : 0), .. labels.Select((label, k) => k != i && label == labels[i] ? alpha : 0)];
            double largest = scores.Max(), logarithm = Math.Log(scores.Zip(factors, (s, g) => Math.Exp(s - largest) * g).Sum() + 1e-12);
            sum -= scores.Zip(positive, (s, w) => w * (s - largest - logarithm)).Sum() / positive.Sum();
        }
        return sum / anchors;
    }

    public static double Contrast(double[][][] queries, double[][][] keys, double[][][] queue, double temperature)
    {
        double[] Unit(double[] row) => [.. row.Select(value => value / Math.Sqrt(row.Sum(x => x * x)))];
        double sum = 0;
        for (int i = 0; i < queries.Length; i++)
        {
            for (int m = 0; m < queries[i].Length; m++)
            {
                double[] query = Unit(queries[i][m]);
                double[] others = [.. Enumerable.Range(0, queue[m][0].Length).Select(slot => query.Select((value, d) => value * queue[m][d][slot]).Sum())];
                sum += CrossEntropy([.. others.Prepend(query.Zip(Unit(keys[i][m]), (a, b) => a * b).Sum()).Select(value => value / temperature)], 0);
            }
        }
        return sum / queries.Length;
    }
}
