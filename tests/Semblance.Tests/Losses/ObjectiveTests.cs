using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Logits;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class ObjectiveTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_total_is_the_weighted_sum_of_the_terms_own_values()
    {
        using Objective objective = new(
            new WeightedTerm("metric", 0.5, new HhfOptions().Create(new TermContext(3, 8, 1))),
            new WeightedTerm("classes", 2, new CrossEntropyOptions().Create(new TermContext(3, 8, 1))));
        ObjectiveValue value = objective.Forward(Input());
        Assert.Equal(["metric", "metric.metric", "metric.quantization", "classes"], value.Terms.Select(term => term.Name));
        Assert.Equal((0.5 * value.Terms[0].Value.ToDouble()) + (2 * value.Terms[3].Value.ToDouble()), value.Total.ToDouble(), 1e-5);
    }

    [Fact]
    public void Parameters_carry_the_name_of_their_term_and_are_freed_with_the_objective()
    {
        long before = LiveTensors.Count();
        using (TensorScope inner = new())
        {
            using Objective objective = new(
                new WeightedTerm("a", 1, new ProxyAnchorOptions().Create(new TermContext(3, 8, 1))),
                new WeightedTerm("b", 1, new HhfOptions().Create(new TermContext(3, 8, 2))));
            Assert.Equal(["a.proxies", "b.proxies"], objective.Parameters.Select(parameter => parameter.Name));
            Assert.All(objective.Parameters, parameter => Assert.True(parameter.Value.RequiresGrad));
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Proxies_outlive_the_scope_in_which_they_were_made()
    {
        Objective objective;
        using (TensorScope inner = new())
        {
            objective = new Objective(new WeightedTerm("a", 1, new ProxyAnchorOptions().Create(new TermContext(3, 8, 1))));
        }
        using (objective)
        {
            Assert.True(double.IsFinite(objective.Forward(Input()).Total.ToDouble()));
        }
    }

    [Fact]
    public void The_same_seed_draws_the_same_proxies_with_the_deviation_of_the_published_code()
    {
        double[] first = Numeric.Values(ProxyTerm.Draw(new TermContext(50, 64, 9)));
        Assert.Equal(first, Numeric.Values(ProxyTerm.Draw(new TermContext(50, 64, 9))));
        Assert.NotEqual(first, Numeric.Values(ProxyTerm.Draw(new TermContext(50, 64, 10))));
        Assert.Equal(Math.Sqrt(2.0 / 50), Math.Sqrt(first.Average(value => value * value)), 0.01);
    }

    [Fact]
    public void Training_the_terms_alone_lowers_the_loss()
    {
        using Objective objective = new(new WeightedTerm("a", 1, new ProxyAnchorOptions { Alpha = 4 }.Create(new TermContext(3, 8, 1))));
        Tensor proxies = objective.Parameters.Single().Value;
        double first = objective.Forward(Input()).Total.ToDouble();
        for (int step = 0; step < 20; step++)
        {
            using TensorScope inner = new();
            objective.Forward(Input()).Total.Backward();
            using Autograd.Mode unrecorded = Autograd.NoGrad();
            proxies.AddInPlace(proxies.Gradient!, -0.05);
            Autograd.ClearGradients([proxies]);
        }
        Assert.True(objective.Forward(Input()).Total.ToDouble() < first * 0.9);
    }

    [Fact]
    public void Reduced_precision_stops_at_the_objective()
    {
        using Objective objective = new(new WeightedTerm("a", 1, new HhfOptions().Create(new TermContext(3, 8, 1))), new WeightedTerm("b", 1, new PairLossTerm(new MultiSimilarityOptions(), new PairTermOptions()).Create(new TermContext(3, 8, 1))));
        double expected = objective.Forward(Input()).Total.ToDouble();
        using Autograd.AutocastMode reduced = Autograd.Autocast(Device.Cpu);
        Assert.Equal(expected, objective.Forward(Input()).Total.ToDouble());
        Assert.Equal(DataType.BFloat16, Tensor.Ones([2, 2]).MatMul(Tensor.Ones([2, 2])).Type);
    }

    [Fact]
    public void Precision_after_nested_choices_is_that_of_before()
    {
        DataType Product() => Tensor.Ones([2, 2]).MatMul(Tensor.Ones([2, 2])).Type;
        using (Autograd.Autocast(Device.Cpu))
        {
            using (Autograd.FullPrecision())
            {
                Assert.Equal(DataType.Float32, Product());
                using (Autograd.Autocast(Device.Cpu))
                {
                    Assert.Equal(DataType.BFloat16, Product());
                }
                Assert.Equal(DataType.Float32, Product());
            }
            Assert.Equal(DataType.BFloat16, Product());
        }
        using (Autograd.FullPrecision())
        {
            Assert.Equal(DataType.Float32, Product());
        }
        Assert.Equal(DataType.Float32, Product());
    }

    [Fact]
    public void The_representation_is_the_code_else_the_embedding_else_the_feature()
    {
        (Tensor code, Tensor embedding, Tensor feature) = (Tensor.Ones([1]), Tensor.Ones([2]), Tensor.Ones([3]));
        Assert.Same(code, new Outputs(("feature", feature), ("embedding", embedding), ("code", code))[Outputs.Representation]);
        Assert.Same(embedding, new Outputs(("feature", feature), ("embedding", embedding))[Outputs.Representation]);
        Assert.Same(feature, new Outputs(("feature", feature))[Outputs.Representation]);
    }

    [Fact]
    public void Weights_of_images_scale_the_derivatives_of_a_term_that_does_not_weigh_them_and_leave_its_value()
    {
        double[] weights = [0, 2, 1, 0.5, 1, 3];
        (Tensor plain, double value) = Derivative(null);
        (Tensor weighted, double same) = Derivative(Tensor.From(weights, 6));
        Assert.Equal(value, same);
        Numeric.AssertClose(Numeric.Values(plain * Tensor.From(weights, 6, 1).To(DataType.Float32)), Numeric.Values(weighted), 1e-6);

        static (Tensor Slope, double Value) Derivative(Tensor? weights)
        {
            using Objective objective = new(new WeightedTerm("a", 1, new ProxyNcaOptions().Create(new TermContext(3, 8, 1))));
            Tensor codes = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(6 * 8, 4), 6).To(DataType.Float32));
            Tensor total = objective.Forward(new TermInput(new Outputs((Outputs.Code, codes)), Numeric.Ids(0, 0, 1, 1, 2, 2)) { Weights = weights }).Total;
            return (Autograd.Grad([total], [codes])[0], total.ToDouble());
        }
    }

    [Fact]
    public void For_a_mean_over_rows_that_keep_to_themselves_scaled_derivatives_are_those_of_the_weighted_mean()
    {
        double[] weights = [0, 2, 1, 0.5, 1, 3], codes = Numeric.Normal(6 * 8, 4);
        long[] labels = [0, 0, 1, 1, 2, 2];
        using Objective objective = new(new WeightedTerm("a", 1, new NormalizedSoftmaxOptions().Create(new TermContext(3, 8, 1) { Type = DataType.Float64 })));
        Tensor leaf = Numeric.Leaf(Numeric.Matrix(codes, 6));
        Tensor total = objective.Forward(new TermInput(new Outputs((Outputs.Code, leaf)), Numeric.Ids(labels)) { Weights = Tensor.From(weights, 6) }).Total;
        double[] scaled = Numeric.Values(Autograd.Grad([total], [leaf])[0]);
        Tensor again = Numeric.Leaf(Numeric.Matrix(codes, 6));
        Tensor alone = Enumerable.Range(0, 6).Select(row => objective.Forward(new TermInput(new Outputs((Outputs.Code, again.Narrow(0, row, 1))), Numeric.Ids(labels[row]))).Total * (weights[row] / 6)).Aggregate((sum, next) => sum + next);
        Numeric.AssertClose(Numeric.Values(Autograd.Grad([alone], [again])[0]), scaled, 1e-9);
    }

    [Fact]
    public void Weights_that_do_not_fit_the_images_are_refused()
    {
        using Objective objective = new(new WeightedTerm("classes", 1, new CrossEntropyOptions().Create(new TermContext(3, 8, 1))));
        Refused("the weights of images are float32[2]; 6 images need 6 of them", () => objective.Forward(Input() with { Weights = Tensor.Ones([2]) }));
    }

    [Fact]
    public void A_missing_output_a_missing_term_and_a_name_twice_are_refused()
    {
        ITerm term = new CrossEntropyOptions().Create(new TermContext(2, 2, 1));
        using Objective objective = new(new WeightedTerm("classes", 1, term));
        TermInput input = new(new Outputs((Outputs.Code, Tensor.Ones([2, 2]))), Numeric.Ids(0, 1));
        Refused("the objective needs the output \"logits\"; the model gives code.", () => objective.Forward(input));
        Refused("an objective has 0 terms", () => _ = new Objective());
        Refused("2 terms are named \"a\"", () => _ = new Objective(new WeightedTerm("a", 1, term), new WeightedTerm("a", 1, term)));
        Refused("Weight must be a finite number of at least 0", () => _ = new WeightedTerm("a", double.NaN, term));
    }

    private static TermInput Input()
    {
        Tensor codes = Numeric.Matrix(Numeric.Normal(6 * 8, 4), 6).To(DataType.Float32), logits = Numeric.Matrix(Numeric.Normal(6 * 3, 5), 6).To(DataType.Float32);
        return new TermInput(new Outputs((Outputs.Code, codes), (Outputs.Logits, logits)), Numeric.Ids(0, 0, 1, 1, 2, 2));
    }

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
