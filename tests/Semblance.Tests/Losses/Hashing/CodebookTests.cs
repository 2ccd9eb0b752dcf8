using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

public sealed class CodebookTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 8)]
    [InlineData(64, 128)]
    [InlineData(64, 100)]
    public void Hadamard_codes_differ_in_half_of_their_bits_and_from_their_opposites_in_all(int bits, int classes)
    {
        Codebook book = Codebook.Find(CodebookKind.Hadamard, classes, bits, 1);
        for (int first = 0; first < classes; first++)
        {
            for (int second = 0; second < first; second++)
            {
                Assert.Equal(first - second == bits ? bits : bits / 2, book.Distance(first, second));
            }
        }
        Assert.All(book.ToSigns().Take(bits), sign => Assert.Equal(1, sign));
    }

    [Fact]
    public void The_rows_are_Sylvesters()
    {
        double[] expected = [1, 1, 1, 1, 1, -1, 1, -1, 1, 1, -1, -1, 1, -1, -1, 1, -1, -1, -1, -1, -1, 1, -1, 1];
        Assert.Equal(expected, Codebook.Find(CodebookKind.Hadamard, 6, 4, 1).ToSigns());
    }

    [Theory]
    [InlineData(32, 100, 64)]
    [InlineData(48, 20, 0)]
    [InlineData(24, 30, 0)]
    [InlineData(12, 10, 0)]
    [InlineData(7, 5, 0)]
    public void Codes_that_Hadamard_does_not_give_are_balanced_and_apart(int bits, int classes, int given)
    {
        Codebook book = Codebook.Find(CodebookKind.Hadamard, classes, bits, 3);
        double[] signs = book.ToSigns();
        Assert.Equal(classes, book.Count);
        for (int k = given; k < classes; k++)
        {
            Assert.Equal(bits / 2, signs.AsSpan(k * bits, bits).Count(-1.0));
        }
        Assert.All(Pairs(book), distance => Assert.True(distance > 0));
    }

    [Fact]
    public void Balanced_codes_of_the_rule_are_far_apart_where_they_can_be()
    {
        double[] distances = [.. Pairs(Codebook.Find(CodebookKind.Hadamard, 10, 48, 5)).Select(distance => (double)distance)];
        Assert.True(distances.Min() > 12, $"smallest distance {distances.Min()}");
        Assert.True(distances.Average() >= 24, $"mean distance {distances.Average()}");
    }

    [Theory]
    [InlineData(16, 0.5, 8)]
    [InlineData(10, 0.35, 3)]
    [InlineData(48, 0.25, 12)]
    [InlineData(5, 0.5, 2)]
    public void Balanced_codes_have_exactly_that_many_negative_entries(int bits, double share, int negatives)
    {
        double[] signs = Codebook.Find(CodebookKind.Balanced, 9, bits, 2, share).ToSigns();
        Assert.All(signs.Chunk(bits), code => Assert.Equal((negatives, bits - negatives), (code.Count(sign => sign == -1), code.Count(sign => sign == 1))));
    }

    [Theory]
    [InlineData(CodebookKind.Bernoulli)]
    [InlineData(CodebookKind.Gaussian)]
    [InlineData(CodebookKind.MaxMin)]
    [InlineData(CodebookKind.Balanced)]
    [InlineData(CodebookKind.Hadamard)]
    public void Codes_are_all_different_the_same_for_a_seed_and_others_for_another(CodebookKind kind)
    {
        Codebook book = Codebook.Find(kind, 40, 24, 9);
        Assert.Equal(book.ToSigns(), Codebook.Find(kind, 40, 24, 9).ToSigns());
        Assert.NotEqual(book.ToSigns(), Codebook.Find(kind, 40, 24, 10).ToSigns());
        Assert.All(Pairs(book), distance => Assert.True(distance > 0));
        Assert.All(book.ToSigns(), sign => Assert.Equal(1, Math.Abs(sign)));
    }

    [Fact]
    public void Bernoulli_codes_can_be_all_that_there_are_and_are_the_same_on_every_machine()
    {
        Assert.Equal(16, Codebook.Find(CodebookKind.Bernoulli, 16, 4, 1).ToSigns().Chunk(4).Select(code => string.Join(',', code)).Distinct().Count());
        SeededRandom random = new(77);
        Assert.Equal(Enumerable.Range(0, 16).Select(_ => random.Below(2) == 1 ? -1.0 : 1.0), Codebook.Find(CodebookKind.Bernoulli, 1, 16, 77).ToSigns());
    }

    [Theory]
    [InlineData(16, 10)]
    [InlineData(64, 30)]
    public void Max_min_codes_are_farther_apart_than_random_ones(int bits, int classes)
    {
        int spread = Pairs(Codebook.Find(CodebookKind.MaxMin, classes, bits, 4)).Min();
        Assert.True(spread >= 0.2 * bits);
        Assert.True(spread > Pairs(Codebook.Find(CodebookKind.Bernoulli, classes, bits, 4)).Min());
    }

    [Theory]
    [InlineData(CodebookKind.Bernoulli, 3, 9, "there are 8 codes of 3 bits")]
    [InlineData(CodebookKind.MaxMin, 3, 9, "there are 8 codes of 3 bits")]
    [InlineData(CodebookKind.Gaussian, 3, 9, "there are 8 codes of 3 bits")]
    [InlineData(CodebookKind.Balanced, 4, 7, "there are 6 codes of 4 bits with 2 entries of -1; 7 classes need as many")]
    [InlineData(CodebookKind.Hadamard, 6, 21, "there are 20 codes of 6 bits with 3 entries of -1")]
    [InlineData(CodebookKind.Hadamard, 2, 5, "codes of 2 bits")]
    public void More_classes_than_codes_are_refused(CodebookKind kind, int bits, int classes, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => Codebook.Find(kind, classes, bits, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Several_labels_take_the_sign_of_the_sum_of_their_centres_and_ties_the_tie_code()
    {
        Tensor centers = Tensor.From([1.0, 1, -1, -1, 1, -1, 1, -1, 1, -1, -1, 1], 3, 4), ties = Tensor.From([1.0, -1, -1, 1], 4);
        HashTargets targets = new(centers, ties, CodeLabels.All);
        Tensor labels = Tensor.From([1.0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0], 5, 3);
        Assert.Equal([1.0, 1, -1, -1, /**/ 1, -1, 1, -1, /**/ 1, -1, -1, -1, /**/ 1, -1, -1, -1, /**/ 1, -1, -1, 1], Numeric.Values(targets.For(labels)));
        Assert.Equal([1.0, -1, -1, 1, 1, 1, -1, -1], Numeric.Values(targets.For(Numeric.Ids(2, 0))));
        Assert.Throws<ArgumentException>(() => targets.For(Numeric.Ids(3)));
    }

    [Fact]
    public void The_first_label_is_that_of_lowest_index()
    {
        HashTargets targets = new(Tensor.From([1.0, 1, -1, 1, 1, -1], 3, 2), Tensor.From([-1.0, -1], 2), CodeLabels.First);
        Assert.Equal([-1.0, 1, 1, 1, -1, -1], Numeric.Values(targets.For(Tensor.From([0.0, 1, 1, 1, 0, 1, 0, 0, 0], 3, 3))));
    }

    [Fact]
    public void Centres_and_tie_code_come_from_the_seed_and_are_kept_in_checkpoints()
    {
        TermContext context = new(10, 16, 3);
        Assert.Equal(["centers", "ties"], new CsqOptions().Create(context).Buffers.Select(buffer => buffer.Name));
        Assert.Equal(["centers", "ties", "sums", "pass"], new DpnOptions { Adaptive = true }.Create(context).Buffers.Select(buffer => buffer.Name));
        ITerm ortho = new OrthoHashOptions().Create(context);
        Assert.Equal("proxies", Assert.Single(ortho.Buffers).Name);
        Assert.Empty(ortho.Parameters);
        Assert.Equal(Ties(3), Ties(3));
        Assert.NotEqual(Ties(3), Ties(4));

        static double[] Ties(long seed) => Numeric.Values(new CsqOptions().Create(new TermContext(10, 64, seed)).Buffers[1].Value);
    }

    private static IEnumerable<int> Pairs(Codebook book) =>
        Enumerable.Range(0, book.Count).SelectMany(first => Enumerable.Range(0, first).Select(second => book.Distance(first, second)));
}
