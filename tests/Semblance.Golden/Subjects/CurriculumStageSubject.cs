using Semblance.Curriculum;
using Semblance.Losses;
using Semblance.Losses.Logits;
using Semblance.Tensors;

namespace Semblance.Golden.Subjects;

/// <summary>What a stage of a curriculum draws, how its images count, and what cross-entropy makes of that.</summary>
internal static class CurriculumStageSubject
{
    public static void Run(GoldenCase golden, GoldenCheck check)
    {
        double[] weights = golden.Numbers("subset_weights");
        int stage = golden.Integer("stage");
        int[] subsets = Array.ConvertAll(golden.Input("subset").Data, value => (int)value);
        check.EqualExactly("active_subsets", CurriculumStage.ActiveSubsets(stage, weights.Length));
        check.EqualExactly("batch_composition", CurriculumStage.Composition(stage, weights.Length, golden.Integer("batch_size")));
        check.Equal("sample_weights", [.. subsets.Select(subset => CurriculumStage.WeightOf(subset, stage, weights))]);
        using TensorScope scope = new();
        (Tensor value, Tensor logits) = Loss(golden, subsets, stage, weights, meanOne: false);
        check.Equal("loss_mean_over_samples", value.ToDouble());
        LossSubjects.Gradients(check, value, ("grad_logits_mean_over_samples", logits));
        check.Equal("loss_mean_over_weights", Loss(golden, subsets, stage, weights, meanOne: true).Value.ToDouble());
    }

    private static (Tensor Value, Tensor Logits) Loss(GoldenCase golden, int[] subsets, int stage, double[] weights, bool meanOne)
    {
        Tensor logits = LossSubjects.Leaf(golden, "logits");
        double[] factors = CurriculumStage.WeightsOf(subsets, stage, weights, meanOne);
        TermInput input = new(new Outputs((Outputs.Logits, logits)), LossSubjects.Labels(golden, "labels")) { Weights = Tensor.From(factors, factors.Length) };
        TermContext context = new((int)logits.Size(1), (int)logits.Size(1), 0) { Type = DataType.Float64 };
        return (new CrossEntropyOptions().Create(context).Forward(input).Value, logits);
    }
}
