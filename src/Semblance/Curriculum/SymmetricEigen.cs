namespace Semblance.Curriculum;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix.</summary>
/// <remarks>
/// Householder reflections make it tridiagonal, then the implicit QL iteration with Wilkinson's shift makes it diagonal (Golub and Van Loan, Matrix Computations, 8.3). O(n^3).
/// </remarks>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>The eigenvalues, descending, and an eigenvector of length 1 for each; its largest component is positive.</summary>
    /// <param name="matrix">Symmetric; it is overwritten.</param>
    public static (double[] Values, double[][] Vectors) Of(double[][] matrix)
    {
        int size = matrix.Length;
        double[][] rotation = [.. Enumerable.Range(0, size).Select(i => Unit(size, i))];
        (double[] diagonal, double[] beside) = Tridiagonal(matrix, rotation);
        Diagonalise(diagonal, beside, rotation);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => diagonal[i])];
        return ([.. order.Select(i => diagonal[i])], [.. order.Select(i => Signed(rotation[i]))]);
    }

    private static double[] Unit(int size, int place)
    {
        var unit = new double[size];
        unit[place] = 1;
        return unit;
    }

    private static double[] Signed(double[] vector)
    {
        double largest = vector.MaxBy(Math.Abs);
        return largest < 0 ? [.. vector.Select(value => -value)] : vector;
    }

    /// <summary>A becomes Q T Q'; the rows of <paramref name="rotation"/> become the columns of Q.</summary>
    private static (double[] Diagonal, double[] Beside) Tridiagonal(double[][] a, double[][] rotation)
    {
        int size = a.Length;
        var beside = new double[size];
        var reflectors = new double[size][];
        for (int k = 0; k < size - 2; k++)
        {
            double[] v = reflectors[k] = Reflector(a, k, out double length);
            beside[k] = length;
            if (v.Length > 0)
            {
                ReflectBothSides(a, v, k + 1);
            }
        }

        if (size > 1)
        {
            beside[size - 2] = a[size - 1][size - 2];
        }

        // Q = H0 H1 ... ; each row of the identity, reflected from the last on, is a column of Q.
        foreach (double[] column in rotation)
        {
            for (int k = size - 3; k >= 0; k--)
            {
                Reflect(column.AsSpan(k + 1), reflectors[k]);
            }
        }

        return ([.. a.Select((row, i) => row[i])], beside);
    }

    /// <summary>The unit vector v whose reflection 1 - 2 v v' takes what lies below the diagonal of a column to its first element.</summary>
    private static double[] Reflector(double[][] a, int column, out double length)
    {
        int size = a.Length - column - 1;
        var v = new double[size];
        double largest = 0;
        for (int i = 0; i < size; i++)
        {
            v[i] = a[column + 1 + i][column];
            largest = Math.Max(largest, Math.Abs(v[i]));
        }

        if (largest == 0)
        {
            length = 0;
            return [];
        }

        double norm = largest * Math.Sqrt(v.Sum(value => value / largest * (value / largest)));
        length = v[0] > 0 ? -norm : norm;
        v[0] -= length;
        double scale = Math.Sqrt(PrincipalComponents.Dot(v, v));
        return scale == 0 ? [] : [.. v.Select(value => value / scale)];
    }

    private static void Reflect(Span<double> values, double[] v)
    {
        if (v.Length > 0)
        {
            PrincipalComponents.AddScaled(values, v, -2 * PrincipalComponents.Dot(values, v));
        }
    }

    /// <summary>A - v w' - w v' on the square from a row on, with w = 2 (A v - (v' A v) v).</summary>
    private static void ReflectBothSides(double[][] a, double[] v, int first)
    {
        var p = new double[v.Length];
        for (int i = 0; i < v.Length; i++)
        {
            p[i] = PrincipalComponents.Dot(a[first + i].AsSpan(first), v);
        }

        PrincipalComponents.AddScaled(p, v, -PrincipalComponents.Dot(p, v));
        for (int i = 0; i < v.Length; i++)
        {
            Span<double> row = a[first + i].AsSpan(first);
            PrincipalComponents.AddScaled(row, p, -2 * v[i]);
            PrincipalComponents.AddScaled(row, v, -2 * p[i]);
        }
    }

    /// <summary>Implicit QL steps from both ends of every block that has not come apart yet.</summary>
    private static void Diagonalise(double[] d, double[] e, double[][] vectors)
    {
        for (int low = 0; low < d.Length; low++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int high = low;
                while (high < d.Length - 1 && Math.Abs(e[high]) > double.Epsilon + (1e-16 * (Math.Abs(d[high]) + Math.Abs(d[high + 1]))))
                {
                    high++;
                }

                if (high == low)
                {
                    break;
                }

                if (sweep == MostSweeps)
                {
                    throw new SemblanceException($"The eigenvalues of a {d.Length} x {d.Length} matrix did not settle in {MostSweeps} sweeps. Look for features of extreme size.");
                }

                Step(d, e, vectors, low, high);
            }
        }
    }

    private static void Step(double[] d, double[] e, double[][] vectors, int low, int high)
    {
        double gap = (d[low + 1] - d[low]) / (2 * e[low]), root = double.Hypot(gap, 1);
        double shifted = d[high] - d[low] + (e[low] / (gap + (gap >= 0 ? root : -root)));
        (double sine, double cosine, double carried) = (1, 1, 0);
        for (int i = high - 1; i >= low; i--)
        {
            double f = sine * e[i], b = cosine * e[i];
            double r = double.Hypot(f, shifted);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= carried;
                e[high] = 0;
                return;
            }

            (sine, cosine) = (f / r, shifted / r);
            double left = d[i + 1] - carried;
            double turn = ((d[i] - left) * sine) + (2 * cosine * b);
            carried = sine * turn;
            d[i + 1] = left + carried;
            shifted = (cosine * turn) - b;
            Rotate(vectors[i], vectors[i + 1], cosine, sine);
        }

        d[low] -= carried;
        e[low] = shifted;
        e[high] = 0;
    }

    private static void Rotate(double[] first, double[] second, double cosine, double sine)
    {
        for (int k = 0; k < first.Length; k++)
        {
            double next = second[k];
            second[k] = (sine * first[k]) + (cosine * next);
            first[k] = (cosine * first[k]) - (sine * next);
        }
    }
}
