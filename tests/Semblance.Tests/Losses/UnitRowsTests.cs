using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>The derivative of dividing rows by their length is that of automatic differentiation.</summary>
public sealed class UnitRowsTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    public void The_derivative_is_that_of_automatic_differentiation_also_of_short_and_zero_rows(int count)
    {
        Tensor rows = Numeric.Leaf(Numeric.Matrix([.. Numeric.Normal(count * 5, 1).Select((value, place) => value * Scale(place / 5))], count));
        Tensor gradient = Numeric.Matrix(Numeric.Normal(count * 5, 2), count);
        Tensor unit = rows.Normalize();
        double[] expected = Autograd.Grad([unit.Dot(gradient)], [rows])[0].ToArray<double>();

        UnitRows.PullBack(gradient, rows.Detach(), unit.Detach());

        double[] found = gradient.ToArray<double>();
        Assert.All(Enumerable.Range(0, found.Length), place => Assert.Equal(expected[place], found[place], 1e-12 * (1 + Math.Abs(expected[place]))));
    }

    /// <summary>Rows 300 and 301 have no length, or one below the floor.</summary>
    private static double Scale(int row) => row switch { 300 => 0, 301 => 1e-14, _ => 1 + (row % 7) };
}
