using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Semblance.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("siez", "size")]
    [InlineData("weight_decay", "weight-decay")]
    [InlineData("WeightDecay", "weight-decay")]
    [InlineData("milstones", "milestones")]
    [InlineData("zzzzzz", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_the_one_with_the_fewest_changes(string wrong, string? expected)
    {
        Assert.Equal(expected, NearestName.Of(wrong, ["name", "size", "weight-decay", "milestones"]));
    }

    [Fact]
    public void Among_no_names_there_is_no_nearest() => Assert.Null(NearestName.Of("size", []));

    [Fact]
    public void The_distance_is_symmetric_and_zero_to_itself() =>
        Properties.Hold(Prop.ForAll<NonNull<string>, NonNull<string>>((left, right) =>
            NearestName.Distance(left.Get, right.Get) == NearestName.Distance(right.Get, left.Get) && NearestName.Distance(left.Get, left.Get) == 0));

    [Fact]
    public void One_letter_more_one_less_another_one_and_two_swapped_are_one_change_each()
    {
        Assert.Equal([1, 1, 1, 1], new[] { "siize", "siz", "sixe", "szie" }.Select(wrong => NearestName.Distance(wrong, "size")));
    }
}
