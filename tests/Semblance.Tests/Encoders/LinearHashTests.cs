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
        foreach (LinearHash hash in new[] { LinearHash.Itq(rows, Width, Bits, 1), LinearHash.RandomProjection(rows, Width, Bits, 1) })
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
