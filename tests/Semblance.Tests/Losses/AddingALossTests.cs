using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>The example of docs/adding-a-loss.md: it compiles here, does what the page says, and stands there word for word.</summary>
public sealed class AddingALossTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_example_pulls_and_pushes_until_the_band_is_left()
    {
        Tensor similarity = Tensor.From([0.9, 0.4, 0.5, -0.1], 1, 4), positive = Tensor.From([1.0, 1, 0, 0], 1, 4).GreaterThan(0);
        PairBatch pairs = new(similarity, positive, positive.Not());
        BandLoss loss = new(new BandOptions { Width = 0.3 });
        Assert.Equal((0.3 * 0.3 / 2) + (0.2 * 0.2 / 2), loss.Forward(pairs).ToDouble(), 1e-12);
        Numeric.AssertClose([0, -0.3, 0.2, 0], Numeric.Values(PairWeights.Of(loss, pairs)), 1e-12);
    }

    [Fact]
    public void The_page_quotes_the_example_word_for_word()
    {
        string page = File.ReadAllText(Repository.File("docs/adding-a-loss.md"));
        string source = File.ReadAllText(Repository.File("tests/Semblance.Tests/Losses/AddingALossTests.cs"));
        string quoted = page.Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(quoted, source, StringComparison.Ordinal);
    }
}

/// <summary>Squared distance to a band: positives are pulled above 1 - width, negatives pushed below width.</summary>
/// <remarks>mean+ ([1 - width - S]₊)² + mean- ([S - width]₊)²; a mean over no pair is 0.</remarks>
public sealed class BandLoss(BandOptions options) : IPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor pull = (1 - options.Width - pairs.Similarity).Relu().Square();
        Tensor push = (pairs.Similarity - options.Width).Relu().Square();
        return Mean(pull, pairs.Positive) + Mean(push, pairs.Negative);
    }

    private static Tensor Mean(Tensor values, Tensor mask) => values.MaskedFill(mask.Not(), 0).Sum() / mask.Sum().Clamp(1, null);
}

/// <summary>Settings of <see cref="BandLoss"/>.</summary>
public sealed record BandOptions
{
    /// <summary>Width of the band; above 0.</summary>
    public double Width { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Width), value, "Width must be above 0."); } = 0.2;
}
