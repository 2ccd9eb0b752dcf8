using Semblance.Data;
using Semblance.Data.Stores;
using Semblance.Tensors;
using Semblance.Tests.Losses;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class MixerTests
{
    private static readonly string[] Classifier = ["model={backbone: convnet, head: classifier}", "objective=[{loss: balanced-softmax}]", "optimizer.groups=[]", "ema=null", "sampler={batch: 8}", "validate.metric=accuracy"];

    [Fact]
    public void A_batch_is_mixed_by_seed_step_and_images_alone()
    {
        using TinyRun tiny = new();
        Mixer mixer = Of(tiny, 1), same = Of(tiny, 1), other = Of(tiny, 2);
        int[] images = [3, 1, 4, 7, 5];
        BatchMix first = mixer.Draw(images, 5, 0)!;
        mixer.Draw([9, 8], 6, 0);
        AssertSame(first, mixer.Draw(images, 5, 0)!);
        AssertSame(first, same.Draw(images, 5, 3)!);
        Assert.NotEqual(first.Shares, other.Draw(images, 5, 0)!.Shares);
        Assert.NotEqual(first.Shares, mixer.Draw(images, 6, 0)!.Shares);
        Assert.Equal([0, 1, 2, 3, 4], first.Partners.Order());
        Assert.Single(first.Shares.Distinct());
        Assert.Equal(first.Shares, first.LabelShares);
        Assert.Null(mixer.Draw([], 5, 0));
    }

    [Fact]
    public void Mixing_ends_with_the_epoch_that_is_said()
    {
        using TinyRun tiny = new();
        Mixer mixer = Of(tiny, 1, new MixRecipe { UntilEpoch = 2 });
        Assert.NotNull(mixer.Draw([0, 1], 3, 1.99));
        Assert.Null(mixer.Draw([0, 1], 4, 2));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void Shares_are_of_a_beta_distribution(double alpha)
    {
        using TinyRun tiny = new(classes: 2, each: 2);
        Mixer mixer = Of(tiny, 7, new MixRecipe { Alpha = alpha });
        double[] shares = [.. Enumerable.Range(0, 20_000).Select(step => mixer.Draw([0], step, 0)!.Shares[0])];
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Assert.Equal(0.5, shares.Average(), 0.01);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), shares.Average(share => (share - 0.5) * (share - 0.5)), 0.004);
        // The fourth central moment tells Beta from others of the same variance.
        Assert.Equal(3 / (16 * ((2 * alpha) + 1) * ((2 * alpha) + 3)), shares.Average(share => Math.Pow(share - 0.5, 4)), 0.002);
    }

    [Fact]
    public void A_very_small_alpha_takes_one_image_or_the_other()
    {
        using TinyRun tiny = new(classes: 2, each: 2);
        Mixer mixer = Of(tiny, 7, new MixRecipe { Alpha = 1e-4 });
        double[] shares = [.. Enumerable.Range(0, 400).Select(step => mixer.Draw([0], step, 0)!.Shares[0])];
        Assert.All(shares, share => Assert.True(double.IsFinite(share) && (share < 1e-3 || share > 1 - 1e-3)));
        Assert.InRange(shares.Count(share => share > 0.5), 150, 250);
    }

    [Fact]
    public void Remix_gives_the_label_of_a_class_that_is_kappa_times_rarer_whole()
    {
        using TemporaryFolder folder = new();
        Dataset images = LongTail(folder, [9, 3, 2]);
        Mixer mixer = new(new MixRecipe { Kind = MixKind.Remix }, images, 1);
        int[] batch = [.. Enumerable.Range(0, images.Count)];
        long[] sizes = [.. images.Items.Select(item => new long[] { 9, 3, 2 }[item.Labels[0]])];
        List<double> seen = [];
        for (int step = 0; step < 60; step++)
        {
            BatchMix mix = mixer.Draw(batch, step, 0)!;
            double share = mix.Shares[0];
            for (int k = 0; k < batch.Length; k++)
            {
                (long own, long other) = (sizes[k], sizes[mix.Partners[k]]);
                double expected = own >= 3 * other && share < 0.5 ? 0 : 3 * own <= other && 1 - share < 0.5 ? 1 : share;
                Assert.Equal(expected, mix.LabelShares[k]);
                seen.Add(expected);
            }
        }
        Assert.Contains(0, seen);
        Assert.Contains(1, seen);
    }

    [Fact]
    public void Unimix_draws_partners_by_the_power_of_their_classes_and_shares_for_each_pair()
    {
        using TemporaryFolder folder = new();
        Dataset images = LongTail(folder, [16, 4, 1]);
        Mixer mixer = new(new MixRecipe { Kind = MixKind.Unimix, Alpha = 0.8, Tau = -1 }, images, 1);
        int[] batch = [.. Enumerable.Range(0, images.Count)];
        double[] sizes = [.. images.Items.Select(item => new[] { 16.0, 4, 1 }[item.Labels[0]])];
        double[] drawn = new double[3];
        for (int step = 0; step < 300; step++)
        {
            BatchMix mix = mixer.Draw(batch, step, 0)!;
            Assert.Equal(mix.Shares, mix.LabelShares);
            Assert.All(mix.Shares, share => Assert.InRange(share, 0, 1));
            Assert.True(mix.Shares.Distinct().Count() > batch.Length / 2);
            foreach (int partner in mix.Partners)
            {
                drawn[images.Items[partner].Labels[0]]++;
            }
        }
        // With power -1 every class is as likely as any other, whatever its size.
        Assert.All(drawn, count => Assert.Equal(1 / 3.0, count / drawn.Sum(), 0.02));
        Assert.Equal(1, Mixer.PartnerProbabilities(sizes, -1).Sum(), 1e-12);
        Assert.All(Mixer.PartnerProbabilities([1e9, 1], 100), value => Assert.True(double.IsFinite(value)));
        Assert.Equal([0.25, 0.25, 0.25, 0.25], Mixer.PartnerProbabilities([5, 1, 2, 3], 0));
    }

    [Fact]
    public void Rows_and_features_are_mixed_and_labels_go_with_them()
    {
        using TensorScope scope = new();
        BatchMix mix = new(MixAt.Image, [1, 2, 0], [1, 0.25, 0.5], [1, 0, 0.5]);
        float[] rows = [1, 2, 3, 4, 5, 6];
        Assert.Equal([1f, 2, 4.5f, 5.5f, 3, 4], mix.Rows(rows, 2, 0, 3));
        Assert.Equal([4.5f, 5.5f], mix.Rows(rows, 2, 1, 1));
        Assert.Equal([1f, 2, 4.5f, 5.5f, 3, 4], mix.Features(Tensor.From(rows, 3, 2)).ToArray<float>());
        Assert.Equal([8L, 9, 7], mix.Labels(Numeric.Ids(7, 8, 9)).Labels.ToArray<long>());
        Assert.Equal([0f, 1, 1, 1, 1, 0], mix.Labels(Tensor.From([1f, 0, 0, 1, 1, 1], 3, 2)).Labels.ToArray<float>());
        Assert.Equal([1, 0, 0.5], mix.Labels(Numeric.Ids(7, 8, 9)).Share.ToArray<double>());
    }

    [Theory]
    [InlineData("mixup", "image")]
    [InlineData("unimix", "image")]
    [InlineData("remix", "feature")]
    public void The_loss_is_that_of_the_mixture_and_of_both_labels(string kind, string at)
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load([.. Classifier, $"mix.kind={kind}", $"mix.at={at}"]), tiny.Open());
        job.Model.Evaluate();
        using TensorScope scope = new();
        float[] features = [.. Numeric.Normal(6 * job.Model.Backbone.FeatureCount, 3).Select(value => (float)value)];
        using FeatureBatch batch = new([0, 5, 10, 15, 20, 25], features);
        BatchMix mix = batch.Mix = job.Mixer!.Draw(batch.Indices, 3, 0)!;
        double value = ForwardPass.Of(job, job.Parts.Train, batch, 0, 3).Value.Total.ToDouble();
        float[] mixed = mix.Rows(features, job.Model.Backbone.FeatureCount, 0, 6);
        double[] logits = Numeric.Values(job.Model.OutputsOfFeatures(Tensor.From(mixed, 6, job.Model.Backbone.FeatureCount)).Logits!);
        long[] counts = [.. job.Parts.Train.ClassCounts().Select(count => (long)count)];
        double expected = 0;
        for (int k = 0; k < 6; k++)
        {
            expected += ((mix.LabelShares[k] * Cost(k, k)) + ((1 - mix.LabelShares[k]) * Cost(k, mix.Partners[k]))) / 6;
        }
        Assert.Equal(expected, value, 1e-4);

        double Cost(int row, int labelled)
        {
            double[] x = [.. logits[(row * 4)..((row * 4) + 4)].Select((logit, c) => logit + Math.Log(counts[c]))];
            return Math.Log(x.Sum(Math.Exp)) - x[job.Parts.Train.Items[batch.Indices[labelled]].Labels[0]];
        }
    }

    [Fact]
    public void Pixels_in_chunks_are_mixed_as_in_one()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load([.. Classifier, "model.backbone=squeezenet1_1", "data.size=64", "mix={}"]);
        using TrainingJob job = new(recipe, tiny.Open());
        using StepBatches batches = new(job, "unused", new Heard());
        using StepBatch batch = batches.From(0).First();
        batch.Mix = job.Mixer!.Draw(batch.Indices, 0, 0);
        using TensorScope scope = new();
        double whole = ForwardPass.Of(job, job.Parts.Train, batch, 0, 0).Value.Total.ToDouble();
        Assert.Equal(whole, ChunkedPass.Of(job, job.Parts.Train, batch, 0, 0, 3).Value.Total.ToDouble(), 1e-5 * whole);
        batch.Mix = null;
        Assert.NotEqual(whole, ForwardPass.Of(job, job.Parts.Train, batch, 0, 0).Value.Total.ToDouble(), 1e-7);
    }

    [Theory]
    [InlineData("objective=[{loss: balanced-softmax}]", "mix.kind=unimix")]
    [InlineData("objective=[{loss: elr}, {loss: cross-entropy, name: plain, weight: 0.1}]", "mix=null")]
    [InlineData("objective=[{loss: seql, lambda: 1, gamma: 0.5}]", "mix={at: feature, kind: remix}")]
    public void A_run_that_was_stopped_and_resumed_ends_with_the_same_bits(string objective, string mix)
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load([.. Classifier, objective, mix, "steps=8", "validate.every=100", "checkpoint.every=0"]);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("stopped"), false, new Heard { OnStep = report => { if (report.Step == 3) { stop.Cancel(); } } }, stop.Token));
        TrainingRun.Run(recipe, tiny.File("stopped"), true, new Heard());
        ResumeTests.AssertSameRun(tiny.File("whole"), tiny.File("stopped"));
    }

    [Fact]
    public void A_rule_by_classes_refuses_images_with_several_labels()
    {
        using TinyRun tiny = new(classes: 2, each: 2);
        Dataset images = tiny.Open(), several = new("several", images.ClassNames, images.Items, new FileStore([.. Enumerable.Repeat("none", images.Count)]), multiLabel: true);
        Assert.Contains("have several labels", Assert.Throws<InvalidDataException>(() => new Mixer(new MixRecipe { Kind = MixKind.Unimix }, several, 1)).Message, StringComparison.Ordinal);
        Assert.NotNull(new Mixer(new MixRecipe(), several, 1).Draw([0, 1], 0, 0));
    }

    [Theory]
    [InlineData("mix makes images of two with a label of each, which losses over logits take, and hhf is none of these", "mix={}", "objective=[{loss: cross-entropy}, {loss: hhf}]", "model={backbone: convnet, head: hash, bits: 16}")]
    [InlineData("elr judges each image by its own label", "mix={}", "objective=[{loss: elr}]")]
    [InlineData("small-loss judges each image by its own label", "mix={}", "objective=[{loss: small-loss}]")]
    [InlineData("mix.at is feature, which needs the features of the whole batch, and chunk", "mix.at=feature", "chunk=4")]
    [InlineData("mix.kappa has no meaning here; it needs kind: remix", "mix.kappa=4")]
    [InlineData("mix.alpha is \"0\"; a number above 0 is needed", "mix.alpha=0")]
    public void What_does_not_go_with_mixing_is_refused_where_the_recipe_is_read(string sentence, params string[] settings)
    {
        using TinyRun tiny = new(classes: 2, each: 2);
        Assert.Contains(sentence, Assert.Throws<InvalidDataException>(() => tiny.Load([.. Classifier, .. settings])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_reach_the_recipe_with_the_defaults_of_their_kind()
    {
        using TinyRun tiny = new(classes: 2, each: 2);
        Assert.Null(tiny.Load(Classifier).Mix);
        Assert.Equal(new MixRecipe(), tiny.Load([.. Classifier, "mix={}"]).Mix! with { Tau = 0.5 });
        Assert.Equal(new MixRecipe { Kind = MixKind.Unimix, Alpha = 0.8, Tau = -0.1 }, tiny.Load([.. Classifier, "mix.kind=unimix"]).Mix);
        Recipe full = tiny.Load([.. Classifier, "mix={kind: remix, at: feature, alpha: 0.4, tau: 0.3, kappa: 2, until-epoch: 7}"]);
        Assert.Equal(new MixRecipe { Kind = MixKind.Remix, At = MixAt.Feature, Alpha = 0.4, Tau = 0.3, Kappa = 2, UntilEpoch = 7 }, full.Mix);
        Assert.Equal(full.Mix, Recipe.Parse(full.Resolve(), "again.yaml", TrainingRun.Catalogue).Mix);
    }

    private static Mixer Of(TinyRun tiny, long seed, MixRecipe? recipe = null) => new(recipe ?? new MixRecipe(), tiny.Open(), seed);

    private static Dataset LongTail(TemporaryFolder folder, int[] sizes)
    {
        string root = TinySet.Write(folder.File("images"), sizes.Length, sizes.Max());
        for (int label = 0; label < sizes.Length; label++)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(root, $"class-{label}")).Order(StringComparer.Ordinal).Skip(sizes[label]))
            {
                File.Delete(file);
            }
        }
        return DatasetSource.Open(root);
    }

    private static void AssertSame(BatchMix expected, BatchMix actual)
    {
        Assert.Equal(expected.Partners, actual.Partners);
        Assert.Equal(expected.Shares, actual.Shares);
        Assert.Equal(expected.LabelShares, actual.LabelShares);
    }
}
