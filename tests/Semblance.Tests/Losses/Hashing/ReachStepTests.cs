using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

/// <summary>Hinged losses in one go, against the same losses as the engine records them.</summary>
public sealed class ReachStepTests : IDisposable
{
    private const int Rows = 13;
    private const int Bits = 11;
    private const int Classes = 9;
    private readonly TensorScope scope = new();
    private readonly List<Tensor> owned = [];

    public void Dispose()
    {
        owned.ForEach(tensor => tensor.Dispose());
        scope.Dispose();
    }

    public static TheoryData<string, string, DataType, double> Cases
    {
        get
        {
            TheoryData<string, string, DataType, double> cases = [];
            foreach (string loss in new[] { "anchor", "nca", "vanishing", "linear", "pairs" })
            {
                foreach (string labels in new[] { "mixed", "ids", "none", "all", "one row" })
                {
                    foreach (DataType type in new[] { DataType.Float64, DataType.Float32 })
                    {
                        cases.Add(loss, labels, type, 0.05);
                        cases.Add(loss, labels, type, -0.9);
                    }
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_gradient_are_those_of_the_recorded_form_to_proxies(string loss, string labels, DataType type, double zeta)
    {
        Tensor targets = LabelsOf(labels), rows = Normal((int)targets.Size(0), 3, type), proxies = Normal(Classes, 4, type);
        ProxyTerm at = Term(recorded: false), recorded = Term(recorded: true);

        Agree(at.Forward, at.Proxies, recorded.Forward, recorded.Proxies, rows, targets, type);

        ProxyTerm Term(bool recorded)
        {
            ProxyTerm term = new(Loss(loss, zeta), proxies.Clone(), new ProxyTermOptions { Recorded = recorded });
            owned.Add(term.Proxies);
            return term;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_gradient_are_those_of_the_recorded_form_between_rows(string loss, string labels, DataType type, double zeta)
    {
        Tensor targets = LabelsOf(labels), rows = Normal((int)targets.Size(0), 3, type);
        foreach (PairReferences references in new[] { PairReferences.Batch, PairReferences.OtherHalf })
        {
            foreach (LabelRelation relation in new[] { LabelRelation.SharesLabel, LabelRelation.SameClass })
            {
                PairTermOptions options = new() { References = references, Relation = relation };
                Agree(new PairTerm(Loss(loss, zeta), options).Forward, null, new PairTerm(Loss(loss, zeta), options with { RowsPerBlock = 0 }).Forward, null, rows, targets, type);
            }
        }
    }

    [Theory]
    [InlineData(DataType.Float64)]
    [InlineData(DataType.Float32)]
    public void A_step_of_many_pairs_gives_the_same_by_products_and_by_rows(DataType type)
    {
        Tensor targets = Numeric.Ids([.. Enumerable.Range(0, 70).Select(k => (long)(k % Classes))]), rows = Normal(70, 5, type);
        foreach (double zeta in new[] { -1.0, 0.0, 0.6 })
        {
            Agree(new PairTerm(new PairLogisticLoss(new HashHinge(zeta, 0)), new PairTermOptions()).Forward, null, new PairTerm(new PairLogisticLoss(new HashHinge(zeta, 0)), new PairTermOptions { RowsPerBlock = 0 }).Forward, null, rows, targets, type);
        }
    }

    [Fact]
    public void Pairs_exactly_at_the_hinge_neither_pull_nor_push()
    {
        Tensor rows = Numeric.Leaf(Tensor.From(new[] { 1f, 0f, 0f, 1f }, 2, 2));
        Tensor value = new PairTerm(new PairLogisticLoss(new HashHinge(0, 0)), new PairTermOptions()).Forward(Input(rows, Numeric.Ids(0, 1))).Value;

        Assert.Equal(0, value.ToDouble());
        Assert.All(Autograd.Grad([value], [rows])[0].ToArray<float>(), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void Not_a_number_is_not_hidden()
    {
        foreach (string loss in new[] { "anchor", "nca", "linear", "pairs" })
        {
            foreach (int broken in new[] { 0, 40, (Rows * Bits) - 1 })
            {
                double[] values = Numeric.Normal(Rows * Bits, 3);
                values[broken] = double.NaN;
                Tensor rows = Numeric.Leaf(Numeric.Matrix(values, Rows));
                ProxyTerm term = new(Loss(loss, 0.2), Normal(Classes, 4, DataType.Float64), new ProxyTermOptions());
                owned.Add(term.Proxies);
                Assert.True(double.IsNaN(term.Forward(Input(rows, LabelsOf("mixed"))).Value.ToDouble()));
                Assert.True(double.IsNaN(new PairTerm(Loss(loss, 0.2), new PairTermOptions()).Forward(Input(rows, LabelsOf("mixed"))).Value.ToDouble()));
            }
        }
    }

    [Fact]
    public void Without_recording_there_is_the_value_alone()
    {
        Tensor rows = Numeric.Leaf(Normal(Rows, 3, DataType.Float64));
        PairTerm term = new(Loss("pairs", 0.1), new PairTermOptions());
        double value = term.Forward(Input(rows, LabelsOf("mixed"))).Value.ToDouble();

        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor alone = term.Forward(Input(rows, LabelsOf("mixed"))).Value;

        Assert.Equal(value, alone.ToDouble());
        Assert.False(alone.RequiresGrad);
    }

    private static void Agree(Func<TermInput, TermValue> ours, Tensor? ourProxies, Func<TermInput, TermValue> recorded, Tensor? recordedProxies, Tensor rows, Tensor labels, DataType type)
    {
        double tolerance = type == DataType.Float64 ? 1e-12 : 1e-5;
        (double value, double[] slopes) = Step(ours, ourProxies);
        (double expected, double[] expectedSlopes) = Step(recorded, recordedProxies);
        Assert.Equal(expected, value, tolerance * Math.Max(1, Math.Abs(expected)));
        double scale = Math.Max(1, expectedSlopes.Max(Math.Abs));
        Numeric.AssertClose([.. expectedSlopes.Select(slope => slope / scale)], [.. slopes.Select(slope => slope / scale)], tolerance);

        (double Value, double[] Slopes) Step(Func<TermInput, TermValue> forward, Tensor? proxies)
        {
            Tensor leaf = Numeric.Leaf(rows), result = forward(Input(leaf, labels)).Value * 3;
            Tensor[] gradients = Autograd.Grad([result], proxies is null ? [leaf] : [leaf, proxies]);
            return (result.ToDouble(), [.. gradients.SelectMany(gradient => gradient.To(DataType.Float64).Contiguous().ToArray<double>())]);
        }
    }

    private static IPairLoss Loss(string name, double zeta)
    {
        HashHinge hinge = new(zeta, 0.07);
        return name switch
        {
            "anchor" => new ProxyAnchorLoss(new ProxyAnchorOptions { Alpha = 16 }, hinge),
            "nca" => new HhfProxyNcaLoss(hinge),
            "vanishing" => new HhfProxyNcaLoss(hinge, vanishing: true),
            "linear" => new LinearProxyLoss(1.5, hinge),
            _ => new PairLogisticLoss(hinge),
        };
    }

    private static Tensor LabelsOf(string form)
    {
        SeededRandom random = new(11);
        return form switch
        {
            "ids" => Numeric.Ids([.. Enumerable.Range(0, Rows).Select(row => (long)(row * 2 % Classes))]),
            "none" => Tensor.Zeros([Rows, Classes]),
            "all" => Tensor.Ones([Rows, Classes]),
            "one row" => Tensor.From([.. Enumerable.Range(0, Classes).Select(k => k % 3 == 0 ? 1f : 0f)], 1, Classes),
            _ => Tensor.From([.. Enumerable.Range(0, Rows * Classes).Select(k => k >= Classes && random.NextDouble() < 0.3 ? 1f : 0f)], Rows, Classes),
        };
    }

    /// <summary>With a row of zeros where there are several.</summary>
    private static Tensor Normal(int rows, long seed, DataType type)
    {
        double[] values = Numeric.Normal(rows * Bits, seed);
        if (rows > 2)
        {
            values.AsSpan(2 * Bits, Bits).Clear();
        }
        return Numeric.Matrix(values, rows).To(type);
    }

    private static TermInput Input(Tensor rows, Tensor labels) => new(new Outputs((Outputs.Code, rows)), labels);
}
