using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class MemoryLimitTests
{
    [Theory]
    [InlineData(Similarity.Cosine)]
    [InlineData(Similarity.Euclidean)]
    public void A_low_limit_changes_no_number(Similarity similarity)
    {
        LabelledEmbeddings items = RandomEmbeddings.Whole(1, count: 1000, dimension: 40, classes: 25);
        LabelledEmbeddings others = RandomEmbeddings.Whole(2, count: 700, dimension: 40, classes: 20);
        RetrievalOptions free = new() { RecallAt = [1, 10], Similarity = similarity, Threads = 2 };
        RetrievalOptions tight = free with { MemoryLimit = 700_000 };
        RetrievalSides sides = RetrievalSides.QueryGallery(others, items), alone = RetrievalSides.LeaveOneOut(items);

        Assert.Equal(RetrievalEvaluation.Run(sides, free).Scores(), RetrievalEvaluation.Run(sides, tight).Scores());
        Assert.Equal(RetrievalEvaluation.Run(alone, free).Scores(), RetrievalEvaluation.Run(alone, tight).Scores());
        Assert.Equal(RetrievalEvaluation.Run(alone, free).Recall, RetrievalEvaluation.Run(alone, tight).Recall);
        NearestLists many = NearestLists.Of(alone, 9, free), few = NearestLists.Of(alone, 9, tight);
        Assert.All(Enumerable.Range(0, 1000), query => Assert.Equal(many.Rows(query), few.Rows(query)));
    }

    [Fact]
    public void The_plan_stays_below_the_limit_and_takes_parts_where_it_must()
    {
        LabelledEmbeddings items = RandomEmbeddings.Whole(1, count: 5000, dimension: 64, classes: 500);
        RetrievalSides sides = RetrievalSides.LeaveOneOut(items);
        PositiveRows positives = new(items.Items.Labels);
        foreach (long limit in new long[] { 500_000, 1_000_000, 2_000_000, 4_000_000 })
        {
            StreamPlan plan = RetrievalEvaluation.Plan(sides, positives, new RetrievalOptions { MemoryLimit = limit, Threads = 2 }, 100);
            Assert.InRange(plan.Bytes, 1, limit);
            Assert.Equal(limit == 4_000_000, plan.Halved);
            Assert.Equal(limit < 4_000_000, plan.Rows < 5000 || plan.Queries < 5000);
        }

        Assert.Contains("Raise the limit", Assert.Throws<ArgumentException>(() => RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { MemoryLimit = 100_000 })).Message, StringComparison.Ordinal);
        Assert.Contains("ask for fewer", Assert.Throws<ArgumentException>(() => NearestLists.Of(sides, 5000, new RetrievalOptions { MemoryLimit = 1_000_000 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetrievalOptions { MemoryLimit = 0 });
    }
}
