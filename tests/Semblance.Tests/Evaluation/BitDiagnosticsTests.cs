using Semblance.Evaluation;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class BitDiagnosticsTests
{
    [Fact]
    public void Balance_dead_bits_and_correlation_agree_with_the_definitions()
    {
        Codes codes = Semblance.Tests.Index.RandomCodes.Make(seed: 1, rows: 131, bits: 70);

        BitDiagnostics diagnostics = BitDiagnostics.Of(codes);

        double[][] bits = [.. Enumerable.Range(0, 70).Select(bit => Enumerable.Range(0, 131).Select(row => codes.Bit(row, bit) ? 1.0 : 0).ToArray())];
        double[] correlations = [.. from i in Enumerable.Range(0, 70) from j in Enumerable.Range(0, i) select Math.Abs(Correlation(bits[i], bits[j]))];
        Assert.Equal(bits.Select(bit => bit.Average()), diagnostics.Balance);
        Assert.Equal(correlations.Average(), diagnostics.MeanAbsoluteCorrelation, 1e-12);
        Assert.Equal(correlations.Max(), diagnostics.LargestAbsoluteCorrelation, 1e-12);
        Assert.All(Enumerable.Range(0, 70), bit => Assert.Equal(Enumerable.Range(0, 70).Where(other => other != bit).Average(other => Math.Abs(Correlation(bits[bit], bits[other]))), diagnostics.Correlation[bit], 1e-12));
        Assert.All(diagnostics.Entropy.Zip(diagnostics.Balance), pair => Assert.Equal(-(pair.Second * Math.Log2(pair.Second)) - ((1 - pair.Second) * Math.Log2(1 - pair.Second)), pair.First, 1e-12));
        Assert.Equal(Math.Log2(131), diagnostics.CodeEntropy, 1e-12);
        Assert.Empty(diagnostics.DeadBits);
        Assert.Equal(131, diagnostics.DistinctCodes);
    }

    [Fact]
    public void Constant_and_copied_bits_are_seen()
    {
        // Bit 0 alternates, bit 1 is its opposite, bit 2 is always one, bit 3 never.
        BitDiagnostics diagnostics = BitDiagnostics.Of(new Codes(4, [0b0101, 0b0110, 0b0101, 0b0110]));

        Assert.Equal([2, 3], diagnostics.DeadBits);
        Assert.Equal(1, diagnostics.MeanAbsoluteCorrelation, 1e-12);
        Assert.Equal(0.25, diagnostics.MeanImbalance);
        Assert.Equal([1, 1, 0, 0], diagnostics.Entropy);
        Assert.Equal(0.5, diagnostics.MeanEntropy);
        Assert.Equal(1, diagnostics.CodeEntropy, 1e-12);
        Assert.Equal(1, diagnostics.LargestAbsoluteCorrelation, 1e-12);
        Assert.Equal([1, 1, 0, 0], diagnostics.Correlation.Select(value => Math.Round(value, 12)));
        Assert.Equal(2, diagnostics.DistinctCodes);
    }

    [Fact]
    public void Collapsed_codes_have_only_dead_bits()
    {
        BitDiagnostics diagnostics = BitDiagnostics.Of(new Codes(200, new ulong[40]));

        Assert.Equal(200, diagnostics.DeadBits.Length);
        Assert.Equal(1, diagnostics.DistinctCodes);
        Assert.Equal(0, diagnostics.MeanAbsoluteCorrelation);
        Assert.Equal((0, 0, 0), (diagnostics.CodeEntropy, diagnostics.MeanEntropy, diagnostics.LargestAbsoluteCorrelation));
        Assert.Throws<ArgumentException>(() => BitDiagnostics.Of(new Codes(8, [])));
    }

    [Fact]
    public void Quantisation_error_is_the_mean_square_gap_to_the_signs()
    {
        Assert.Equal((0.25 + 1 + 4 + 0) / 4, BitDiagnostics.QuantisationError([0.5f, -0f, -3f, -1f]), 1e-12);
        Assert.Equal(0, BitDiagnostics.QuantisationError([]));
    }

    [Fact]
    public void Entropy_of_codes_counts_how_often_each_occurs()
    {
        Assert.Equal(1.5, BitDiagnostics.Of(new Codes(4, [1, 1, 2, 3])).CodeEntropy, 1e-12);
        Assert.Equal(1.5, BitDiagnostics.Of(new Codes(130, [1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 2])).CodeEntropy, 1e-12);
    }

    [Fact]
    public void Outputs_near_the_corners_are_counted_whatever_their_sign()
    {
        Assert.Equal(0.5, BitDiagnostics.NearCorners([1.1f, -0.9f, 0f, -1.3f]));
        Assert.Equal(0, BitDiagnostics.NearCorners([]));
    }

    private static double Correlation(double[] x, double[] y)
    {
        (double meanX, double meanY) = (x.Average(), y.Average());
        double covariance = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum();
        return covariance / Math.Sqrt(x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }
}
