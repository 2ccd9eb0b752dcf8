using Xunit;

namespace Semblance.Tests;

public class UserMessageTests
{
    [Fact]
    public void What_dotnet_adds_is_left_out()
    {
        Assert.Equal("3 classes are too many.", UserMessage.Of(new ArgumentOutOfRangeException("classes", 3, "3 classes are too many.").Message));
        Assert.Equal("That is no loss.", UserMessage.Of(new ArgumentException("That is no loss.", "name").Message));
    }

    [Fact]
    public void A_value_that_the_sentence_does_not_name_is_told_in_the_same_line()
    {
        Assert.Equal("The margin must be at least 0. Found: -1.", UserMessage.Of(new ArgumentOutOfRangeException("margin", -1, "The margin must be at least 0.").Message));
        Assert.Equal("At most 10 are taken. Found: 1.", UserMessage.Of(new ArgumentOutOfRangeException("count", 1, "At most 10 are taken.").Message));
    }

    [Fact]
    public void What_stands_before_and_behind_stays()
    {
        string inner = new ArgumentOutOfRangeException("classes", 3, "3 classes are too many.").Message;
        Assert.Equal("term 1: 3 classes are too many. Use longer codes.", UserMessage.Of($"term 1: {inner} Use longer codes."));
        Assert.Equal("Two lines\nof text.", UserMessage.Of("Two lines\nof text."));
    }
}
