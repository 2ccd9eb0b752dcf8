using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class PairBatchTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Similarities_are_cosines_of_normalised_rows_and_products_of_others()
    {
        Tensor rows = Tensor.From([3.0, 4.0, 0.0, 2.0], 2, 2);
        Numeric.AssertClose([1, 0.8, 0.8, 1], Numeric.Values(PairBatch.Within(rows, Numeric.Ids(0, 0)).Similarity), 1e-15);
        Assert.Equal([25.0, 8, 8, 4], Numeric.Values(PairBatch.Within(rows, Numeric.Ids(0, 0), normalize: false).Similarity));
    }

    [Fact]
    public void A_row_with_itself_is_no_pair_even_where_rows_are_equal()
    {
        PairBatch pairs = PairBatch.Within(Tensor.Ones([3, 2], DataType.Float64), Numeric.Ids(5, 5, 7));
        Assert.Equal([0, 1, 0, 1, 0, 0, 0, 0, 0], Numeric.Values(pairs.Positive));
        Assert.Equal([0, 0, 1, 0, 0, 1, 1, 1, 0], Numeric.Values(pairs.Negative));
    }

    [Fact]
    public void The_official_rule_drops_every_positive_from_the_cut_off_on_by_similarity()
    {
        Tensor rows = Tensor.From([1.0, 0, 1, 0, 0, 1, 0, 0], 4, 2);
        PairBatch pairs = PairBatch.WithinBelow(rows, Numeric.Ids(1, 1, 1, 1), 1 - 1e-5);
        Assert.Equal([0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1], Numeric.Values(pairs.Positive));
        Assert.Equal(0, pairs.Negative.Sum().ToDouble());
    }

    [Fact]
    public void References_have_labels_of_their_own_and_nothing_is_removed()
    {
        PairBatch pairs = PairBatch.Between(Tensor.Ones([2, 3]), Numeric.Ids(0, 1), Tensor.Ones([3, 3]), Numeric.Ids(1, 1, 9));
        Assert.Equal([0, 0, 0, 1, 1, 0], Numeric.Values(pairs.Positive));
        Assert.Equal([1, 1, 1, 0, 0, 1], Numeric.Values(pairs.Negative));
    }

    [Fact]
    public void The_own_place_of_an_anchor_in_a_memory_is_removed_by_index()
    {
        PairBatch pairs = PairBatch.Between(Tensor.Ones([2, 3]), Numeric.Ids(0, 1), Tensor.Ones([3, 3]), Numeric.Ids(1, 0, 0)).WithoutOwn(Numeric.Ids(2, -1));
        Assert.Equal([0, 1, 0, 1, 0, 0], Numeric.Values(pairs.Positive));
        Assert.Equal([1, 0, 0, 0, 1, 1], Numeric.Values(pairs.Negative));
    }

    [Fact]
    public void A_proxy_is_positive_to_the_rows_that_carry_its_class()
    {
        Tensor rows = Tensor.Ones([2, 3]), proxies = Tensor.Ones([3, 3]);
        Assert.Equal([0, 0, 1, 1, 0, 0], Numeric.Values(PairBatch.ToProxies(rows, Numeric.Ids(2, 0), proxies).Positive));
        Tensor several = Tensor.From([0f, 1, 1, 0, 0, 0], 2, 3);
        PairBatch pairs = PairBatch.ToProxies(rows, several, proxies);
        Assert.Equal([0, 1, 1, 0, 0, 0], Numeric.Values(pairs.Positive));
        Assert.Equal([1, 0, 0, 1, 1, 1], Numeric.Values(pairs.Negative));
    }

    [Fact]
    public void Five_thousand_rows_fit_and_give_the_same_as_a_few_of_them()
    {
        Tensor rows = Tensor.From([.. Numeric.Normal(5000 * 8, 3).Select(value => (float)value)], 5000, 8);
        Tensor labels = Operator.Of("aten::remainder.Scalar").Call(Tensor.Arange(0, 5000), 100L);
        MultiSimilarityLoss loss = new(MultiSimilarityOptions.Library);
        double whole;
        using (TensorScope inner = new())
        {
            Tensor leaf = Numeric.Leaf(rows);
            PairBatch pairs = PairBatch.Within(leaf, labels);
            Tensor value = loss.Forward(new MultiSimilarityMiner(0.1).Mine(pairs));
            value.Backward();
            whole = value.ToDouble();
            Assert.True(double.IsFinite(leaf.Gradient!.Sum().ToDouble()));
        }
        double blocks = 0;
        for (int start = 0; start < 5000; start += 500)
        {
            using TensorScope inner = new();
            PairBatch block = PairBatch.Between(rows.Narrow(0, start, 500), labels.Narrow(0, start, 500), rows, labels).WithoutOwn(Tensor.Arange(start, start + 500));
            blocks += loss.Forward(new MultiSimilarityMiner(0.1).Mine(block)).ToDouble() / 10;
        }
        Assert.Equal(blocks, whole, 1e-4);
    }

    [Fact]
    public void Wrong_inputs_are_refused_in_words()
    {
        Tensor rows = Tensor.Ones([4, 2]);
        Refused("labels has 5 rows; 4 embeddings need 4.", () => PairBatch.Within(rows, Numeric.Ids(0, 0, 1, 1, 2)));
        Refused("embeddings are int64[4]; they must be a floating-point matrix", () => PairBatch.Within(Numeric.Ids(1, 2, 3, 4), Numeric.Ids(0, 0, 1, 1)));
        Refused("labels are float32[4]; they must be class ids", () => PairBatch.Within(rows, Tensor.Ones([4])));
        Refused("references float32[3,5]; both need the same number of columns", () => PairBatch.Between(rows, Numeric.Ids(0, 0, 1, 1), Tensor.Ones([3, 5]), Numeric.Ids(0, 0, 1)));
        Refused("references float64[3,2]; both need the same number of columns and element type", () => PairBatch.Between(rows, Numeric.Ids(0, 0, 1, 1), Tensor.Ones([3, 2], DataType.Float64), Numeric.Ids(0, 0, 1)));
        Refused("class id 7 is outside the 3 classes; ids run from 0 to 2.", () => PairBatch.ToProxies(rows, Numeric.Ids(0, 1, 7, 2), Tensor.Ones([3, 2])));
        Refused("class id -1 is outside the 3 classes", () => PairBatch.ToProxies(rows, Numeric.Ids(0, 1, -1, 2), Tensor.Ones([3, 2])));
        Refused("labels are float32[4,5]; 3 classes need 3 columns.", () => PairBatch.ToProxies(rows, Tensor.Ones([4, 5]), Tensor.Ones([3, 2])));
    }

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
