using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Pair losses against rows from elsewhere: a memory of earlier batches, a gallery.</summary>
public sealed class PairReferencesTests : IDisposable
{
    private const int Width = 5;
    private readonly TensorScope scope = new();

    public static TheoryData<PairLossRow> All => PairLossRows.All;

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    public void The_memory_holds_what_a_list_of_slots_would(int size)
    {
        CrossBatchMemory memory = new(new() { Size = size, FromStep = 0 }, new TermContext(9, 2, 1) { Type = DataType.Float64 });
        (double Value, long Label)?[] slots = new (double, long)?[size];
        int next = 0, number = 0;
        foreach (int rows in new[] { 3, 0, 5, 7, 1, 8, 20, 2, 7, 7, 6 })
        {
            long[] labels = [.. Enumerable.Range(number, rows).Select(k => k % 3L)];
            double[] values = [.. Enumerable.Range(number, rows).SelectMany(k => new[] { k, -k / 2.0 })];
            long[] own = [.. Enumerable.Repeat(-1L, rows)];
            for (int k = Math.Max(0, rows - size); k < rows; k++)
            {
                (own[k], slots[next], next) = (next, (values[2 * k], labels[k]), (next + 1) % size);
            }
            number += rows;
            ReferenceRows held = memory.For(Tensor.From(values, rows, 2), new TermInput(new Outputs(), Tensor.From(labels, rows)))!;
            (double Value, long Label)[] expected = [.. slots.OfType<(double, long)>()];
            Assert.Equal(expected.Length, memory.Count);
            Assert.Equal(own, held.Own!.ToArray<long>());
            Assert.Equal(expected.SelectMany(slot => new[] { slot.Value, -slot.Value / 2 }), held.Rows.Contiguous().ToArray<double>());
            Assert.Equal(expected.Select(slot => slot.Label), held.Labels.Contiguous().ToArray<long>());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void With_a_memory_a_term_is_the_loss_within_the_batch_and_that_against_the_rows_before_it(PairLossRow row)
    {
        foreach ((LabelRelation relation, bool several) in new[] { (LabelRelation.SharesLabel, false), (LabelRelation.Jaccard(0.5), true) })
        {
            CrossBatchMemory memory = new(new() { Size = 9, FromStep = 0, Weight = 0.3 }, new TermContext(3, Width, 1) { Type = DataType.Float64, MultiLabel = several });
            PairTerm term = new(row.Loss, new PairTermOptions { Relation = relation }, row.Miner, memory);
            (Tensor first, Tensor firstLabels, Tensor second, Tensor secondLabels) = (Rows(4, 1), Labels(4, several), Rows(6, 2), Labels(6, several));
            term.Forward(Input(first, firstLabels));
            Tensor leaf = Numeric.Leaf(second);
            TermValue value = term.Forward(Input(leaf, secondLabels));
            // 4 rows, then 6 into 9 slots: the last of the second batch stands in the slot of the first row.
            Tensor references = Tensor.Concatenate([second.Narrow(0, 5, 1), first.Narrow(0, 1, 3), second.Narrow(0, 0, 5)]);
            Tensor labels = Tensor.Concatenate([secondLabels.Narrow(0, 5, 1), firstLabels.Narrow(0, 1, 3), secondLabels.Narrow(0, 0, 5)]);
            Tensor again = Numeric.Leaf(second);
            PairBatch against = PairBatch.Between(again, secondLabels, references, labels, relation).WithoutOwn(Numeric.Ids(4, 5, 6, 7, 8, 0));
            Tensor expected = row.Loss.Forward(row.Mined(PairBatch.Within(again, secondLabels, relation))) + (row.Loss.Forward(row.Mined(against)) * 0.3);
            Assert.Equal(expected.ToDouble(), value.Value.ToDouble(), 1e-9);
            Assert.Equal(["batch", "references"], value.Parts.Select(part => part.Name));
            Numeric.AssertClose(Numeric.Values(Autograd.Grad([expected], [again])[0]), Numeric.Values(Autograd.Grad([value.Value], [leaf])[0]), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void References_that_are_empty_foreign_zero_or_alike_give_finite_values_and_gradients(PairLossRow row)
    {
        Tensor labels = Labels(4, several: false);
        (Tensor Rows, Tensor Labels)[] galleries =
        [
            (Tensor.Zeros([0, Width], DataType.Float64), Tensor.From(Array.Empty<long>(), 0)), (Rows(3, 5), Numeric.Ids(70, 71, 71)), (Tensor.Zeros([3, Width], DataType.Float64), Numeric.Ids(0, 1, 2)),
            (Rows(4, 1), labels), (Rows(1, 1), Numeric.Ids(0)),
        ];
        foreach ((Tensor rows, Tensor ids) in galleries)
        {
            foreach (int? block in new int?[] { null, 0 })
            {
                using GalleryReferences gallery = new(rows, ids);
                PairTerm term = new(row.Loss, new PairTermOptions { References = PairReferences.Given, RowsPerBlock = block }, row.Miner, gallery);
                Tensor leaf = Numeric.Leaf(Rows(4, 1));
                Tensor value = term.Forward(Input(leaf, labels)).Value;
                Assert.Equal(row.Loss.Forward(row.Mined(PairBatch.Between(leaf, labels, rows, ids))).ToDouble(), value.ToDouble(), 1e-9);
                Assert.True(Autograd.Grad([value], [leaf])[0].IsFinite().All().ToDouble() == 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_NaN_among_the_references_makes_the_loss_NaN(PairLossRow row)
    {
        Tensor rows = Rows(4, 3).MaskedFill(Tensor.Arange(0, 4).EqualTo(2).Unsqueeze(1), double.NaN);
        foreach (int? block in new int?[] { null, 0 })
        {
            using GalleryReferences gallery = new(rows, Labels(4, several: false));
            PairTerm term = new(row.Loss, new PairTermOptions { RowsPerBlock = block }, row.Miner, gallery);
            Assert.True(double.IsNaN(term.Forward(Input(Rows(4, 1), Labels(4, several: false))).Value.ToDouble()));
        }
    }

    [Fact]
    public void A_gallery_can_be_all_that_a_batch_is_compared_with_or_come_beside_it_with_a_weight()
    {
        (Tensor rows, Tensor labels) = (Rows(6, 4), Labels(6, several: false));
        MultiSimilarityLoss loss = new(new() { Beta = 10 });
        double against = loss.Forward(PairBatch.Between(Rows(4, 1), Labels(4, false), rows, labels)).ToDouble(), within = loss.Forward(PairBatch.Within(Rows(4, 1), Labels(4, false))).ToDouble();
        using GalleryReferences gallery = new(rows, labels, weight: 0.25);
        Assert.Equal(against / 4, new PairTerm(loss, new PairTermOptions { References = PairReferences.Given }, null, gallery).Forward(Input(Rows(4, 1), Labels(4, false))).Value.ToDouble(), 1e-12);
        Assert.Equal(within + (against / 4), new PairTerm(loss, new PairTermOptions(), null, gallery).Forward(Input(Rows(4, 1), Labels(4, false))).Value.ToDouble(), 1e-12);
    }

    [Fact]
    public void Before_its_step_and_in_validation_a_memory_is_neither_filled_nor_seen()
    {
        CrossBatchMemory memory = new(new() { Size = 10, FromStep = 5 }, new TermContext(3, Width, 1) { Type = DataType.Float64 });
        PairTerm term = new(new MultiSimilarityLoss(new()), new PairTermOptions(), null, memory);
        TermInput input = Input(Rows(4, 1), Labels(4, several: false));
        TermValue alone = term.Forward(input with { Step = 4 });
        Assert.Empty(alone.Parts);
        Assert.Equal(0, memory.Count);
        Assert.Equal(2, term.Forward(input with { Step = 5 }).Parts.Count);
        Assert.Equal(4, memory.Count);
        TermValue validated = term.Forward(input with { Step = 9, IsTraining = false });
        Assert.Empty(validated.Parts);
        Assert.Equal(alone.Value.ToDouble(), validated.Value.ToDouble());
        Assert.Equal(4, memory.Count);
        Assert.Equal(0, new PairTerm(new MultiSimilarityLoss(new()), new PairTermOptions { References = PairReferences.Given }, null, memory).Forward(input).Value.ToDouble());
    }

    [Fact]
    public void A_term_hands_out_its_memory_as_buffers_and_frees_it_with_the_objective()
    {
        long before = LiveTensors.Count();
        using (TensorScope inner = new())
        {
            ITerm term = new PairLossTerm(new MultiSimilarityOptions(), new PairTermOptions { Memory = new() { Size = 12 } }).Create(new TermContext(3, Width, 1) { MultiLabel = true });
            using Objective objective = new(new WeightedTerm("a", 1, term));
            Assert.Equal(["a.memory.rows", "a.memory.labels", "a.memory.position", "a.memory.count"], objective.Buffers.Select(buffer => buffer.Name));
            Assert.Equal(["float32[12,5]", "float32[12,3]", "int64[1]", "int64[1]"], objective.Buffers.Select(buffer => buffer.Value.Describe()));
            Assert.Empty(objective.Parameters);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Half_precision_rows_are_kept_in_single_precision()
    {
        CrossBatchMemory memory = new(new() { Size = 10, FromStep = 0 }, new TermContext(3, Width, 1));
        PairTerm term = new(new MultiSimilarityLoss(new()), new PairTermOptions(), null, memory);
        using Autograd.AutocastMode reduced = Autograd.Autocast(Device.Cpu);
        Assert.True(double.IsFinite(term.Forward(Input(Rows(4, 1).To(DataType.BFloat16), Labels(4, several: false))).Value.ToDouble()));
        Assert.Equal(DataType.Float32, memory.Buffers[0].Value.Type);
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_words()
    {
        CrossBatchMemory memory = new(new() { Size = 10, FromStep = 0 }, new TermContext(3, 4, 1) { Type = DataType.Float64 });
        Refused("the memory holds float64[10,4] and the batch is float64[4,5]; both need the same number of columns", () => memory.Enqueue(Rows(4, 1), Labels(4, several: false)));
        Refused("the memory holds labels int64[10] and those of the batch are int64[4,3]; both need the same form.", () => memory.Enqueue(Rows(4, 1).Narrow(1, 0, 4), Labels(4, several: true)));
        Refused("4 rows need 4", () => memory.Enqueue(Rows(4, 1), Labels(3, several: false)));
        Refused("none are given", () => _ = new PairTerm(new MultiSimilarityLoss(new()), new PairTermOptions { References = PairReferences.Given }));
        Refused("two halves of a batch", () => _ = new PairTerm(new MultiSimilarityLoss(new()), new PairTermOptions { References = PairReferences.OtherHalf }, null, memory));
        Refused("Size must be at least 1", () => _ = new CrossBatchMemoryOptions { Size = 0 });
        Refused("FromStep must be at least 0", () => _ = new CrossBatchMemoryOptions { FromStep = -1 });
        Refused("Weight must be a finite number of at least 0", () => _ = new CrossBatchMemoryOptions { Weight = -1 });
    }

    private static TermInput Input(Tensor rows, Tensor labels) => new(new Outputs((Outputs.Representation, rows)), labels);

    private static Tensor Rows(int count, long seed) => Numeric.Matrix(Numeric.Normal(count * Width, seed), count);

    private static Tensor Labels(int count, bool several) => several
        ? Tensor.From([.. new long[] { 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1 }.Take(count * 3)], count, 3)
        : Tensor.From([.. new long[] { 0, 1, 0, 2, 1, 0 }.Take(count)], count);

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
