using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Every pair loss under every label relation, and degrees of positive pairs.</summary>
public sealed class GradedRelationTests : IDisposable
{
    private const int Rows = 9;
    private const int Width = 5;
    private readonly TensorScope scope = new();

    public static TheoryData<PairLossRow> All => PairLossRows.All;

    public static TheoryData<PairLossRow, string> AllUnderAll =>
        new(from row in PairLossRows.All from relation in LabelRelationTests.Relations select (row.Data, relation.Data));

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(AllUnderAll))]
    public void Value_and_gradient_are_finite_under_every_relation(PairLossRow row, string relation)
    {
        (double value, double[] gradient) = Run(row, SeveralLabels(), LabelRelation.Parse(relation));
        Assert.True(double.IsFinite(value));
        Assert.All(gradient, slope => Assert.True(double.IsFinite(slope)));
        Assert.True(row.Ordered || gradient.Any(slope => slope != 0), "the test shows nothing");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void With_one_label_an_item_graded_is_the_same_class_exactly(PairLossRow row)
    {
        Tensor ids = Numeric.Ids(0, 0, 0, 1, 1, 2, 2, 2, 3);
        (double value, double[] gradient) = Run(row, ids, LabelRelation.SameClass);
        foreach (Tensor labels in new[] { ids, ids.OneHot(4) })
        {
            (double graded, double[] slopes) = Run(row, labels, LabelRelation.Graded);
            Assert.Equal(value, graded);
            Assert.Equal(gradient, slopes);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_degree_multiplies_the_weight_of_a_positive_pair_and_leaves_the_value(PairLossRow row)
    {
        (double plain, _) = Run(row, SeveralLabels(), LabelRelation.SharesLabel);
        (double value, double[] gradient) = Run(row, SeveralLabels(), LabelRelation.Graded);
        Assert.Equal(plain, value);
        Tensor leaf = Numeric.Leaf(Embeddings());
        PairBatch pairs = row.Mined(PairBatch.Within(leaf, SeveralLabels(), LabelRelation.Graded));
        Tensor surrogate = PairWeights.Surrogate(PairWeights.Graded(PairWeights.Of(row.Loss, pairs), pairs), pairs);
        Numeric.AssertClose(Numeric.Values(Autograd.Grad([surrogate], [leaf])[0]), gradient, 1e-12);
    }

    [Fact]
    public void The_degree_is_the_Jaccard_index_of_the_labels()
    {
        Tensor sets = Tensor.From([1.0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0], 4, 4);
        PairBatch pairs = PairBatch.Within(Tensor.Eye(4), sets, LabelRelation.Graded);
        Numeric.AssertClose([1, 2 / 3.0, 0, 0, 2 / 3.0, 1, 0.25, 0, 0, 0.25, 1, 0, 0, 0, 0, 0], Numeric.Values(pairs.Grade!), 1e-6);
        Assert.Equal([0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], Numeric.Values(pairs.Positive));
        Assert.Null(PairBatch.Within(Tensor.Eye(4), Numeric.Ids(0, 0, 1, 1), LabelRelation.Graded).Grade);
        Assert.Null(PairBatch.Within(Tensor.Eye(4), sets).Grade);
    }

    [Fact]
    public void Weights_of_negatives_and_of_pairs_that_do_not_count_have_no_degree()
    {
        Tensor positive = Tensor.From([1.0, 1, 0, 0], 1, 4).GreaterThan(0), negative = Tensor.From([0.0, 0, 1, 0], 1, 4).GreaterThan(0);
        PairBatch pairs = new(Tensor.Zeros([1, 4]), positive, negative) { Grade = Tensor.From([0.5f, 1, 0, 0], 1, 4) };
        Assert.Equal([-1, -2, 2, 2], Numeric.Values(PairWeights.Graded(Tensor.From([-2f, -2, 2, 2], 1, 4), pairs)));
        Tensor weights = Tensor.Ones([1, 4]);
        Assert.Same(weights, PairWeights.Graded(weights, pairs with { Grade = null }));
    }

    private static (double Value, double[] Gradient) Run(PairLossRow row, Tensor labels, LabelRelation relation)
    {
        Tensor leaf = Numeric.Leaf(Embeddings());
        Tensor value = new PairTerm(row.Loss, new PairTermOptions { Relation = relation }, row.Miner).Forward(new TermInput(new Outputs((Outputs.Representation, leaf)), labels)).Value;
        return (value.ToDouble(), Numeric.Values(Autograd.Grad([value], [leaf])[0]));
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * Width, 1), Rows);

    /// <summary>Pairs of equal sets, subsets, overlaps and strangers.</summary>
    private static Tensor SeveralLabels() =>
        Tensor.From([1L, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0], Rows, 3);
}
