using Semblance.Losses;
using Semblance.Losses.Experts;
using Semblance.Models.Experts;
using Semblance.Tensors;
using Semblance.Training.Optimizers;
using Xunit;

namespace Semblance.Tests.Losses.Experts;

/// <summary>Experts on a long tail of overlapping clouds: what must hold of any sound implementation, seen on balanced test points.</summary>
public sealed class ExpertToyTests
{
    private const int Classes = 10;
    private const int Inputs = 12;
    private const int TestOfClass = 60;
    private static readonly long[] Counts = [.. Enumerable.Range(0, Classes).Select(label => (long)(200 * Math.Pow(0.01, label / (Classes - 1.0))))];

    [Fact]
    public void An_ensemble_is_better_than_its_members_and_every_part_keeps_that()
    {
        ITermOptions softmax = new ExpertSoftmaxOptions();
        (string Name, EclOptions Options)[] variants =
        [
            ("distillation", new() { DistillationWeight = 0.6, FeatureWeight = 0, ContrastWeight = 0, Distillation = new() { Rho = 0 } }),
            ("re-weighted", new() { DistillationWeight = 0.6, FeatureWeight = 0, ContrastWeight = 0 }),
            ("by class", new() { DistillationWeight = 0.6, FeatureWeight = 0, ContrastWeight = 0, Distillation = new() { Granularity = DistillationGranularity.Class } }),
            ("features", new() { DistillationWeight = 0.6, FeatureWeight = 1, ContrastWeight = 0 }),
        ];
        long[] seeds = [1, 2, 3];
        (double ensemble, double single) = Mean([.. seeds.Select(seed => Train(softmax, seed))]);
        Assert.True(ensemble > single, $"the ensemble has {ensemble:P1}, its members {single:P1}");
        Assert.True(single > 0.4, $"members have {single:P1}; they have learned nothing");
        foreach ((string name, EclOptions options) in variants)
        {
            (double accuracy, _) = Mean([.. seeds.Select(seed => Train(options, seed))]);
            Assert.True(accuracy > ensemble - 0.015, $"{name}: {accuracy:P1}, the plain ensemble has {ensemble:P1}");
        }
    }

    private static (double Ensemble, double Single) Mean((double Ensemble, double Single)[] runs) => (runs.Average(run => run.Ensemble), runs.Average(run => run.Single));

    private static (double Ensemble, double Single) Train(ITermOptions options, long seed)
    {
        Torch.Seed(seed);
        double[] centers = [.. Numeric.Normal(Classes * Inputs, seed)];
        (float[] train, long[] labels) = Draw(centers, Counts, seed + 100);
        (float[] test, long[] truth) = Draw(centers, [.. Enumerable.Repeat((long)TestOfClass, Classes)], seed + 200);
        using ExpertHeads experts = new(Inputs, Classes, new ExpertOptions { Hidden = 24 });
        experts.Initialize(seed);
        TermContext context = new(Classes, Inputs, seed) { ClassCounts = Counts, Experts = new ExpertShape(3, true, null) };
        using Objective objective = new(new WeightedTerm("loss", 1, options.Create(context)));
        (string Name, Tensor Value)[] parameters = [.. experts.Parameters()];
        using Adam optimizer = new([new ParameterGroup([.. parameters.Select(parameter => parameter.Name)], [.. parameters.Select(parameter => parameter.Value)], 0.01, 0)], false, 0.9, 0.999, 1e-8);
        SeededRandom random = new(seed, 300);
        for (int step = 0; step < 100; step++)
        {
            using TensorScope scope = new();
            int[] rows = [.. Enumerable.Range(0, 64).Select(_ => random.Below(labels.Length))];
            ExpertOutputs given = experts.All(Tensor.From([.. rows.SelectMany(row => train.AsSpan(row * Inputs, Inputs).ToArray())], 64, Inputs));
            TermInput input = new(new Outputs((Outputs.ExpertLogits, given.Logits), (Outputs.ExpertDistilled, given.Distilled!), (Outputs.ExpertFeatures, given.Features)), Numeric.Ids([.. rows.Select(row => labels[row])]));
            objective.Forward(input).Total.Backward();
            optimizer.Step(1);
            optimizer.ClearGradients();
        }
        experts.Evaluate();
        using TensorScope measured = new();
        ExpertOutputs outputs = experts.All(Tensor.From(test, truth.Length, Inputs));
        return (Right(outputs.Ensemble(EnsembleKind.Softmax), truth), Enumerable.Range(0, 3).Average(expert => Right(outputs.LogitsOf(expert), truth)));
    }

    private static double Right(Tensor logits, long[] truth) => logits.ArgMax(1).EqualTo(Numeric.Ids(truth)).Sum().ToDouble() / truth.Length;

    private static (float[] Rows, long[] Labels) Draw(double[] centers, long[] counts, long seed)
    {
        SeededRandom random = new(seed);
        List<float> rows = [];
        List<long> labels = [];
        for (int label = 0; label < counts.Length; label++)
        {
            for (long item = 0; item < counts[label]; item++)
            {
                labels.Add(label);
                for (int column = 0; column < Inputs; column++)
                {
                    rows.Add((float)(centers[(label * Inputs) + column] + (1.6 * random.NextNormal())));
                }
            }
        }
        return ([.. rows], [.. labels]);
    }
}
