namespace Semblance.Tests.Curriculum;

/// <summary>The densities of one class from the whole matrix of distances, by the book.</summary>
internal sealed class DensityOracle
{
    public DensityOracle(double[] rows, int dimension, double share)
    {
        int n = rows.Length / dimension;
        Distances = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => Distance(rows, dimension, i, j)).ToArray())];
        double[] all = [.. Distances.SelectMany(row => row).Order()];
        Cutoff = all[(int)((double)(n * n) * share)];
        Density = [.. Distances.Select(row => row.Count(distance => distance < Cutoff) - 1.0)];
        Below = all.Count(distance => distance < Cutoff);
        (Delta, Nearest) = Peaks();
    }

    public double[][] Distances { get; }

    public double Cutoff { get; }

    public double[] Density { get; }

    public int Below { get; }

    public double[] Delta { get; }

    public int[] Nearest { get; }

    private (double[] Delta, int[] Nearest) Peaks()
    {
        int n = Density.Length;
        var delta = new double[n];
        var nearest = new int[n];
        for (int i = 0; i < n; i++)
        {
            int[] denser = [.. Enumerable.Range(0, n).Where(j => Density[j] > Density[i])];
            nearest[i] = denser.Length == 0 ? -1 : denser.MinBy(j => Distances[i][j]);
            delta[i] = nearest[i] < 0 ? Distances[i].Max() : Distances[i][nearest[i]];
        }

        return (delta, nearest);
    }

    private static double Distance(double[] rows, int dimension, int i, int j)
    {
        double sum = 0;
        for (int k = 0; k < dimension; k++)
        {
            double off = rows[(i * dimension) + k] - rows[(j * dimension) + k];
            sum += off * off;
        }

        return Math.Sqrt(sum);
    }
}
