using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Semblance.Training;
using Semblance.Training.Weights;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class WeightLogTests
{
    private static readonly string[] Pairs = ["objective=[{loss: multi-similarity}, {loss: contrastive, weight: 0.5}]", "optimizer.groups=[]", "log.weights-every=4", "steps=8", "accumulate=2"];

    [Fact]
    public void Bins_count_the_pairs_of_each_side_and_their_mean_weight()
    {
        using TensorScope scope = new();
        PairBatch pairs = new(Tensor.From([-1f, -0.97f, 0.01f, 0.99f, 1f, 0.5f], 1, 6), Mask(1, 1, 0, 0, 0, 0), Mask(0, 0, 1, 1, 1, 0));
        Given term = new(Tensor.From([-1f, -3f, 0.5f, 1f, 2f, 9f], 1, 6));

        WeightHistogram histogram = WeightHistogram.Of(7, "given", term, pairs);

        Assert.Equal((7, "given", 2L, 3L), (histogram.Step, histogram.Term, histogram.Positive.Counts.Sum(), histogram.Negative.Counts.Sum()));
        Assert.Equal((2, 2.0), (histogram.Positive.Counts[0], histogram.Positive.Weights[0]));
        Assert.Equal((1, 0.5), (histogram.Negative.Counts[20], histogram.Negative.Weights[20]));
        Assert.Equal((2, 1.5), (histogram.Negative.Counts[39], histogram.Negative.Weights[39]));
        Assert.Equal(0, histogram.Negative.Weights[10]);
    }

    [Fact]
    public void A_run_writes_the_weights_of_every_pair_term_and_its_page_shows_them()
    {
        using TinyRun tiny = new();

        TrainingRun.Run(tiny.Load(Pairs), tiny.File("run"), false, new Heard());

        IReadOnlyList<WeightHistogram> lines = WeightLog.Read(tiny.File("run/weights.jsonl"));
        Assert.Equal(["1 multi-similarity", "1 contrastive", "4 multi-similarity", "4 contrastive", "8 multi-similarity", "8 contrastive"], lines.Select(line => $"{line.Step} {line.Term}"));
        // Batches of 8 with 2 of each class: one positive an image, six negatives.
        Assert.All(lines, line => Assert.Equal((8L, 48L), (line.Positive.Counts.Sum(), line.Negative.Counts.Sum())));
        Assert.Contains(lines, line => line.Positive.Weights.Any(weight => weight > 0));
        Assert.Contains("id=\"weights-positive-1\"", File.ReadAllText(tiny.File("run/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_key_nothing_is_written_and_the_weights_do_not_change_the_run()
    {
        using TinyRun tiny = new();

        TrainingRun.Run(tiny.Load(Pairs), tiny.File("with"), false, new Heard());
        TrainingRun.Run(tiny.Load([.. Pairs, "log.weights-every=null"]), tiny.File("without"), false, new Heard());

        Assert.False(File.Exists(tiny.File("without/weights.jsonl")));
        Assert.Equal(File.ReadAllBytes(tiny.File("without/model.safetensors")), File.ReadAllBytes(tiny.File("with/model.safetensors")));
    }

    [Fact]
    public void A_resumed_run_measures_again_what_came_after_its_checkpoint()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("weights.jsonl");
        WeightBins none = new([0], [0]);
        static string Line(int step) => $$$"""{"step":{{{step}}},"term":"t","positive":{"counts":[0],"weights":[0]},"negative":{"counts":[0],"weights":[0]}}""";
        File.WriteAllText(path, $"{Line(1)}\n{Line(4)}\n{Line(8)}\n{{\"step\":12,\"te");

        new WeightLog(path, 4).Begin(5);

        Assert.Equal([1L, 4L], WeightLog.Read(path).Select(line => line.Step));
        Assert.Equal(none.Counts, WeightLog.Read(path)[0].Positive.Counts);
        Assert.Equal([true, false, true, false], new long[] { 1, 2, 4, 5 }.Select(new WeightLog(path, 4).IsDue));
    }

    private static Tensor Mask(params float[] marks) => Tensor.From(marks, 1, marks.Length).GreaterThan(0);

    /// <summary>A term with given weights.</summary>
    private sealed class Given(Tensor weights) : IPairwiseTerm
    {
        public PairShape Shape => PairShape.Rows;

        public PairBatch PairsOf(Semblance.Losses.TermInput input) => throw new NotSupportedException();

        public Tensor WeightsOf(PairBatch pairs) => weights;

        public Semblance.Losses.TermValue Forward(Semblance.Losses.TermInput input) => throw new NotSupportedException();
    }
}
