using Semblance.Data;
using Semblance.Data.LongTails;
using Xunit;

namespace Semblance.Tests.Data.LongTails;

public sealed class LongTailTests
{
    // Totals of CIFAR-10-LT and CIFAR-100-LT as papers give them.
    [Theory]
    [InlineData(10, 5000, 10, 20431)]
    [InlineData(10, 5000, 20, 17023)]
    [InlineData(10, 5000, 50, 13996)]
    [InlineData(10, 5000, 100, 12406)]
    [InlineData(10, 5000, 200, 11203)]
    [InlineData(100, 500, 10, 19573)]
    [InlineData(100, 500, 20, 15907)]
    [InlineData(100, 500, 50, 12608)]
    [InlineData(100, 500, 100, 10847)]
    [InlineData(100, 500, 200, 9502)]
    public void Cifar_has_the_published_number_of_images(int classes, int most, double factor, int images) =>
        Assert.Equal(images, LongTail.Counts(classes, most, 1 / factor, LongTailProfile.Exponential).Sum());

    [Fact]
    public void Counts_fall_from_the_first_class_to_the_last()
    {
        Assert.Equal([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50], LongTail.Counts(10, 5000, 0.01, LongTailProfile.Exponential));
        Assert.Equal([40, 40, 4, 4], LongTail.Counts(4, 40, 0.1, LongTailProfile.Step));
        Assert.Equal([40, 40, 4, 4], LongTail.Counts(5, 40, 0.1, LongTailProfile.Step));
        Assert.Equal([7], LongTail.Counts(1, 7, 0.5, LongTailProfile.Exponential));
        Assert.Equal([7, 7, 7], LongTail.Counts(3, 7, 1, LongTailProfile.Exponential));
        // The mean of 51 images in 2 classes is what the published code starts from.
        Assert.Equal([25, 12], LongTail.Counts(2, 25.5, 0.5, LongTailProfile.Exponential));
    }

    [Theory]
    [InlineData(0, 10, 0.1)]
    [InlineData(3, 0, 0.1)]
    [InlineData(3, 10, 0)]
    [InlineData(3, 10, 1.5)]
    [InlineData(3, 10, double.NaN)]
    public void Numbers_without_a_tail_are_refused(int classes, double most, double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LongTail.Counts(classes, most, ratio, LongTailProfile.Exponential));

    [Fact]
    public void The_generator_is_that_of_numpy()
    {
        // numpy.random.seed(0), then numpy.random.randint(0, 2**32, 3, dtype=numpy.uint32); 5489 is the seed of the reference implementation.
        LegacyRandom random = new(0);
        Assert.Equal([2357136044u, 2546248239u, 3071714933u], [random.Next(), random.Next(), random.Next()]);
        LegacyRandom reference = new(5489);
        uint last = 0;
        for (int i = 0; i < 10_000; i++)
        {
            last = reference.Next();
        }
        Assert.Equal(4123659995u, last);
    }

    [Fact]
    public void A_shuffle_is_that_of_numpy()
    {
        // numpy.random.seed(0); x = numpy.arange(10); numpy.random.shuffle(x)
        int[] items = [.. Enumerable.Range(0, 10)];
        new LegacyRandom(0).Shuffle(items);
        Assert.Equal([2, 8, 4, 9, 1, 6, 7, 3, 0, 5], items);
    }

    [Fact]
    public void One_class_is_chosen_alike_whatever_the_others_keep()
    {
        int[] labels = [.. Enumerable.Range(0, 90).Select(image => image % 3)];
        int[] few = LongTail.Select(labels, [2, 5, 30], 3), many = LongTail.Select(labels, [30, 5, 1], 3);

        Assert.Equal(few.Where(image => labels[image] == 1), many.Where(image => labels[image] == 1));
        Assert.Equal(37, few.Distinct().Count());
        Assert.NotEqual(few, LongTail.Select(labels, [2, 5, 30], 4));
    }

    [Fact]
    public void A_class_that_has_fewer_images_keeps_all()
    {
        Assert.Equal([0, 1, 2], LongTail.Select([1, 1, 0], [5, 5], 0).Order());
        Assert.Empty(LongTail.Select([], [], 0));
    }

    [Fact]
    public void A_data_set_keeps_its_order_and_its_largest_class()
    {
        Dataset data = LabelledSet.Even(4, 15);
        Dataset tail = new LongTailOptions { Factor = 15 }.Apply(data);

        Assert.Equal([15, 6, 2, 1], tail.ClassCounts());
        Assert.Equal(tail.Items.Select(item => item.Id).Order(StringComparer.Ordinal), tail.Items.Select(item => item.Id));
        Assert.Equal([8, 4, 2, 1], new LongTailOptions { Factor = 8, Most = 8 }.Apply(data).ClassCounts());
        Assert.All(tail.Items, item => Assert.Null(item.TrueLabels));
    }

    [Fact]
    public void A_class_is_never_left_without_an_image_unsaid()
    {
        Dataset data = LabelledSet.Even(4, 15);
        string message = Assert.Throws<InvalidDataException>(() => new LongTailOptions { Factor = 16 }.Apply(data)).Message;

        Assert.Contains("an imbalance factor of 16 leaves class \"class-3\" none. Lower data.long-tail.factor.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_do_not_occur_have_no_place_in_the_order() =>
        Assert.Equal([0, 8, 0, 4], new LongTailOptions { Factor = 2 }.Apply(LabelledSet.Make([.. Enumerable.Range(0, 16).Select(image => image % 2 == 0 ? 1 : 3)], 4)).ClassCounts());

    [Theory]
    [InlineData(0.01)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void A_factor_below_1_is_refused(double factor) =>
        Assert.Contains("must be at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new LongTailOptions { Factor = factor }).Message, StringComparison.Ordinal);

    [Fact]
    public void Images_with_several_labels_or_none_are_refused()
    {
        Dataset data = LabelledSet.Make([0, 1]);
        Assert.Throws<InvalidDataException>(() => new LongTailOptions().Apply(data.Relabel([[0, 1], [1]], multiLabel: true)));
        Assert.Throws<InvalidDataException>(() => new LongTailOptions().Apply(data.Relabel([[], [1]])));
    }
}
