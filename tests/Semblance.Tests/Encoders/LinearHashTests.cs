using Semblance.Encoders;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Encoders;

public sealed class LinearHashTests
{
    private const int Width = 12, Count = 400, Bits = 8;

    [Fact]
    public void The_directions_of_itq_are_principal_and_orthonormal()
    {
        float[] rows = Rows();
        double[,] w = Directions(LinearHash.Itq(rows, Width, Bits, seed: 3), Bits);
        for (int i = 0; i < Bits; i++)
        {
            for (int j = 0; j < Bits; j++)
            {
                double product = Enumerable.Range(0, Width).Sum(k => w[k, i] * w[k, j]);
                Assert.Equal(i == j ? 1 : 0, product, 1e-4);
            }
        }
    }

    [Fact]
    public void Itq_brings_rows_nearer_to_the_corners_of_the_cube_than_its_first_rotation()
    {
        float[] rows = Rows();
        double first = Error(rows, Directions(LinearHash.Itq(rows, Width, Bits, seed: 3, iterations: 0), Bits));
        double after = Error(rows, Directions(LinearHash.Itq(rows, Width, Bits, seed: 3), Bits));
        double principal = Error(rows, Principal(rows));
        Assert.True(after < first, $"{after} against {first} for the first rotation.");
        Assert.True(after < principal, $"{after} against {principal} for plain principal directions.");
        double ten = Error(rows, Directions(LinearHash.Itq(rows, Width, Bits, seed: 3, iterations: 10), Bits));
        Assert.True(after <= ten + 1e-6 && ten <= first + 1e-6);
    }

    [Fact]
    public void Codes_are_the_signs_of_the_projections()
    {
        float[] rows = Rows();
        foreach (LinearHash hash in new[] { LinearHash.Itq(rows, Width, Bits, 1), LinearHash.RandomProjection(rows, Width, Bits, 1), LinearHash.PcaSign(rows, Width, Bits, 1) })
        {
            double[,] w = Directions(hash, Bits);
            double[] mean = Mean(rows);
            Codes codes = hash.Encode(rows);
            Assert.Equal((Count, Bits), (codes.Count, codes.Bits));
            for (int row = 0; row < Count; row++)
            {
                for (int bit = 0; bit < Bits; bit++)
                {
                    double value = Enumerable.Range(0, Width).Sum(k => (rows[(row * Width) + k] - mean[k]) * w[k, bit]);
                    Assert.True(Math.Abs(value) < 1e-3 || codes.Bit(row, bit) == value > 0);
                }
            }
        }
    }

    [Fact]
    public void More_bits_than_values_and_the_same_seed_give_the_same_codes()
    {
        float[] rows = Rows();
        Codes first = LinearHash.Itq(rows, Width, 32, seed: 9).Encode(rows);
        Assert.Equal(32, first.Bits);
        Assert.Equal(first.ToBytes(), LinearHash.Itq(rows, Width, 32, seed: 9).Encode(rows).ToBytes());
        Assert.Equal(LinearHash.RandomProjection(rows, Width, 32, 9).Encode(rows).ToBytes(), LinearHash.RandomProjection(rows, Width, 32, 9).Encode(rows).ToBytes());
        Assert.NotEqual(LinearHash.RandomProjection(rows, Width, 32, 9).Encode(rows).ToBytes(), LinearHash.RandomProjection(rows, Width, 32, 10).Encode(rows).ToBytes());
    }

    [Fact]
    public void Principal_signs_are_those_of_power_iteration()
    {
        float[] rows = Rows();
        double[,] w = Directions(LinearHash.PcaSign(rows, Width, Bits, 1), Bits), expected = Principal(rows);
        // Eigenvalues ascend, power iteration descends; a direction and its opposite are the same.
        for (int bit = 0; bit < Bits; bit++)
        {
            Assert.Equal(1, Math.Abs(Enumerable.Range(0, Width).Sum(k => w[k, Bits - 1 - bit] * expected[k, bit])), 1e-2);
        }
        Assert.Equal(40, LinearHash.PcaSign(rows, Width, 40, 1).Encode(rows).Bits);
        Assert.Equal(LinearHash.PcaSign(rows, Width, 40, 1).Encode(rows).ToBytes(), LinearHash.PcaSign(rows, Width, 40, 1).Encode(rows).ToBytes());
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(2, 1)]
    [InlineData(3, 9)]
    public void Spectral_hashing_takes_the_smoothest_waves_over_the_box(int width, int bits)
    {
        // Rows that fill a box along the axes, so that the principal components are the axes: ranges 6, 3.5 and 1.3.
        double[] ranges = [.. new[] { 6.0, 3.5, 1.3 }.Take(width)];
        Random random = new(5);
        float[] rows = [.. Enumerable.Range(0, 20_000).SelectMany(row => ranges.Select(range => row < 2 ? (float)(row * range) : (float)(random.NextDouble() * range)))];
        Codes codes = SpectralHash.Fit(rows, width, bits).Encode(rows);

        (int Axis, int K)[] expected = [.. Enumerable.Range(0, width).SelectMany(axis => Enumerable.Range(1, bits).Select(k => (axis, k)))
            .OrderBy(wave => Math.Pow(wave.k / ranges[wave.axis], 2)).ThenBy(wave => wave.axis).Take(bits)];
        for (int bit = 0; bit < bits; bit++)
        {
            (int axis, int k) = expected[bit];
            // An axis may be seen from its other end; an odd wave is then its opposite.
            int equal = Enumerable.Range(0, 20_000).Count(row => codes.Bit(row, bit) == (Math.Cos(k * Math.PI * rows[(row * width) + axis] / ranges[axis]) >= 0));
            Assert.True(equal > 19_000 || (k % 2 == 1 && equal < 1_000), $"bit {bit}, axis {axis}, wave {k}: {equal} of 20,000 agree");
        }
    }

    [Fact]
    public void Spectral_hashing_of_equal_rows_and_of_a_single_row_gives_ones()
    {
        Assert.Equal([0xFF, 0xFF], SpectralHash.Fit([2, 3, 2, 3], 2, 8).Encode([2f, 3f, 2f, 3f]).ToBytes());
        Assert.Equal([0x0F], SpectralHash.Fit([2, 3], 2, 4).Encode([2f, 3f]).ToBytes());
        Assert.Throws<ArgumentException>(() => SpectralHash.Fit([], 2, 4));
        Assert.Throws<ArgumentException>(() => LinearHash.Itq([1, 2, 3], 2, 4, 1));
    }

    [Fact]
    public void Rows_of_another_width_are_refused() =>
        Assert.Contains("rows of 12", Assert.Throws<ArgumentException>(() => LinearHash.RandomProjection(Rows(), Width, Bits, 1).Encode(new float[13])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cosine_search_agrees_with_the_obvious_loop(bool skipSame)
    {
        float[] database = Rows(), asked = skipSame ? database : Rows(seed: 8)[..(300 * Width)];
        EncodedSet queries = Set(asked), rows = Set(database);
        (int Row, double Distance)[][] found = CosineSearch.Nearest(queries, rows, 5, skipSame);
        Assert.Equal(asked.Length / Width, found.Length);
        for (int query = 0; query < found.Length; query++)
        {
            (int Row, double Distance)[] expected = [.. Enumerable.Range(0, Count).Where(row => !skipSame || row != query)
                .Select(row => (row, Distance: 1 - Cosine(asked, query, database, row))).OrderBy(pair => pair.Distance).Take(5)];
            Assert.Equal(5, found[query].Length);
            for (int rank = 0; rank < 5; rank++)
            {
                Assert.Equal(expected[rank].Distance, found[query][rank].Distance, 1e-5);
                Assert.Equal(found[query][rank].Distance, 1 - Cosine(asked, query, database, found[query][rank].Row), 1e-5);
            }
        }
        Assert.Equal(Count - (skipSame ? 1 : 0), CosineSearch.Nearest(queries, rows, 10 * Count, skipSame)[0].Length);
    }

    private static EncodedSet Set(float[] rows) => new(rows, Width, [.. Enumerable.Range(0, rows.Length / Width)], []);

    private static double Cosine(float[] a, int i, float[] b, int j)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int k = 0; k < Width; k++)
        {
            (double x, double y) = (a[(i * Width) + k], b[(j * Width) + k]);
            (dot, aa, bb) = (dot + (x * y), aa + (x * x), bb + (y * y));
        }
        return dot / Math.Sqrt(aa * bb);
    }

    /// <summary>Points about a few centres, of other lengths in other directions, away from the origin.</summary>
    private static float[] Rows(int seed = 4)
    {
        Random random = new(seed);
        float[] rows = new float[Count * Width];
        for (int k = 0; k < rows.Length; k++)
        {
            int row = k / Width, column = k % Width;
            rows[k] = 3 + ((((row * 7) + (column * column)) % 5) - 2) + ((float)(random.NextDouble() - 0.5) * (4f / (1 + column)));
        }
        return rows;
    }

    private static double[] Mean(float[] rows) => [.. Enumerable.Range(0, Width).Select(k => Enumerable.Range(0, rows.Length / Width).Average(row => (double)rows[(row * Width) + k]))];

    /// <summary>Mean squared distance of the projected rows from their corners.</summary>
    private static double Error(float[] rows, double[,] w)
    {
        double[] mean = Mean(rows);
        int bits = w.GetLength(1);
        double sum = 0;
        for (int row = 0; row < rows.Length / Width; row++)
        {
            for (int bit = 0; bit < bits; bit++)
            {
                double value = Enumerable.Range(0, Width).Sum(k => (rows[(row * Width) + k] - mean[k]) * w[k, bit]);
                sum += Math.Pow(value - (value >= 0 ? 1 : -1), 2);
            }
        }
        return sum / (rows.Length / Width);
    }

    /// <summary>The directions of a hash.</summary>
    private static double[,] Directions(LinearHash hash, int bits)
    {
        double[,] w = new double[Width, bits];
        for (int k = 0; k < Width; k++)
        {
            for (int bit = 0; bit < bits; bit++)
            {
                w[k, bit] = hash.Projection[(k * bits) + bit];
            }
        }
        return w;
    }

    /// <summary>Principal directions by power iteration with deflation.</summary>
    private static double[,] Principal(float[] rows)
    {
        double[] mean = Mean(rows);
        double[,] covariance = new double[Width, Width], w = new double[Width, Bits];
        for (int i = 0; i < Width; i++)
        {
            for (int j = 0; j < Width; j++)
            {
                covariance[i, j] = Enumerable.Range(0, Count).Average(row => (rows[(row * Width) + i] - mean[i]) * (rows[(row * Width) + j] - mean[j]));
            }
        }
        for (int bit = 0; bit < Bits; bit++)
        {
            double[] v = [.. Enumerable.Range(0, Width).Select(k => 1.0 / (k + bit + 1))];
            double value = 0;
            for (int round = 0; round < 3000; round++)
            {
                double[] next = [.. Enumerable.Range(0, Width).Select(i => Enumerable.Range(0, Width).Sum(j => covariance[i, j] * v[j]))];
                value = Math.Sqrt(next.Sum(x => x * x));
                v = [.. next.Select(x => x / value)];
            }
            for (int i = 0; i < Width; i++)
            {
                w[i, bit] = v[i];
                for (int j = 0; j < Width; j++)
                {
                    covariance[i, j] -= value * v[i] * v[j];
                }
            }
        }
        return w;
    }
}
