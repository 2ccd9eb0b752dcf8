using Semblance.Losses.Logits;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class CrossEntropyTests : IDisposable
{
    private const int Rows = 4;
    private const int Classes = 3;
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void With_class_ids_the_value_agrees_with_the_formula_written_as_a_loop(double smoothing)
    {
        double[] logits = Numeric.Normal(Rows * Classes, 1);
        long[] labels = [0, 2, 1, 2];
        double expected = 0;
        for (int i = 0; i < Rows; i++)
        {
            double[] row = logits[(i * Classes)..((i + 1) * Classes)];
            double norm = Math.Log(row.Sum(Math.Exp));
            expected += row.Select((value, j) => -(((j == labels[i] ? 1 - smoothing : 0) + (smoothing / Classes)) * (value - norm))).Sum() / Rows;
        }
        Assert.Equal(expected, Loss(smoothing).Forward(Numeric.Matrix(logits, Rows), Numeric.Ids(labels)).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void With_several_labels_every_class_is_a_decision_of_its_own(double smoothing)
    {
        double[] logits = Numeric.Normal(Rows * Classes, 2), labels = [0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0];
        double expected = logits.Select((value, k) =>
        {
            double probability = 1 / (1 + Math.Exp(-value)), target = (labels[k] * (1 - smoothing)) + (smoothing / 2);
            return -((target * Math.Log(probability)) + ((1 - target) * Math.Log(1 - probability)));
        }).Average();
        Assert.Equal(expected, Loss(smoothing).Forward(Numeric.Matrix(logits, Rows), Numeric.Matrix(labels, Rows)).ToDouble(), 1e-12);
    }

    [Fact]
    public void Derivatives_agree_with_finite_differences()
    {
        Tensor logits = Numeric.Matrix(Numeric.Normal(Rows * Classes, 3), Rows);
        Numeric.AssertDerivative(at => Loss(0.1).Forward(at, Numeric.Ids(0, 2, 1, 2)), logits);
        Numeric.AssertDerivative(at => Loss(0.1).Forward(at, Numeric.Ids(0, 2, 1, 2).OneHot(Classes)), logits);
    }

    [Fact]
    public void Extreme_logits_stay_finite()
    {
        Tensor logits = Tensor.From([1000f, -1000f, -1000f, 1000f], 2, 2);
        Assert.Equal(1000, Loss(0).Forward(logits, Numeric.Ids(1, 1)).ToDouble());
        Assert.Equal(1000, Loss(0).Forward(logits, Tensor.From([0f, 1, 1, 0], 2, 2)).ToDouble());
    }

    [Fact]
    public void The_order_of_the_batch_does_not_matter()
    {
        Tensor logits = Numeric.Matrix(Numeric.Normal(Rows * Classes, 3), Rows), order = Numeric.Ids(2, 0, 3, 1), labels = Numeric.Ids(0, 2, 1, 2);
        Assert.Equal(Loss(0).Forward(logits, labels).ToDouble(), Loss(0).Forward(logits.IndexSelect(0, order), labels.IndexSelect(0, order)).ToDouble(), 1e-14);
    }

    [Fact]
    public void Half_precision_is_computed_in_single_precision_and_narrow_ids_are_taken()
    {
        Tensor logits = Numeric.Matrix(Numeric.Normal(Rows * Classes, 3), Rows).To(DataType.BFloat16);
        Tensor loss = Loss(0).Forward(logits, Numeric.Ids(0, 2, 1, 2).To(DataType.Int32));
        Assert.Equal(DataType.Float32, loss.Type);
        Assert.Equal(Loss(0).Forward(logits.To(DataType.Float32), Numeric.Ids(0, 2, 1, 2)).ToDouble(), loss.ToDouble());
    }

    [Fact]
    public void An_empty_batch_gives_0_connected_and_NaN_comes_through()
    {
        Tensor empty = Tensor.Zeros([0, Classes]);
        empty.RequiresGrad = true;
        Tensor loss = Loss(0).Forward(empty, Tensor.Zeros([0], DataType.Int64));
        Assert.Equal(0, loss.ToDouble());
        Assert.True(loss.RequiresGrad);
        Assert.True(double.IsNaN(Loss(0).Forward(Tensor.Full([1, 2], double.NaN), Numeric.Ids(0)).ToDouble()));
    }

    [Fact]
    public void Wrong_inputs_are_refused_in_words()
    {
        Tensor logits = Tensor.Ones([2, 3]);
        Refused("class id 3 is outside the 3 classes; ids run from 0 to 2.", () => Loss(0).Forward(logits, Numeric.Ids(0, 3)));
        Refused("labels has 1 rows; 2 logits need 2.", () => Loss(0).Forward(logits, Numeric.Ids(0)));
        Refused("labels are float32[2,4]; 3 classes need 3 columns.", () => Loss(0).Forward(logits, Tensor.Ones([2, 4])));
        Refused("LabelSmoothing must be within [0, 1).", () => Loss(1));
    }

    private static CrossEntropyLoss Loss(double smoothing) => new(new CrossEntropyOptions { LabelSmoothing = smoothing });

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
