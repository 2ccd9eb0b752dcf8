using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>From similarities to several centres a class to one similarity a class. Column c K + k is centre k of class c.</summary>
internal static class CenterPooling
{
    private const int Centers = 2;

    /// <summary>The most similar centre of each class.</summary>
    public static PairBatch NearestCenter(this PairBatch pairs, int centers) => Pool(pairs, centers, static grouped => grouped.Max(Centers));

    /// <summary>The mean over the centres of each class, weighted by softmax(S / gamma).</summary>
    public static PairBatch SoftCenter(this PairBatch pairs, int centers, double gamma) => Pool(pairs, centers, grouped => ((grouped / gamma).Softmax(Centers) * grouped).Sum(Centers));

    private static PairBatch Pool(PairBatch pairs, int centers, Func<Tensor, Tensor> pool)
    {
        if (pairs.References % centers != 0)
        {
            throw new ArgumentException($"there are {pairs.References} proxies; {centers} centres a class need a multiple of that.", nameof(pairs));
        }
        Tensor positive = Grouped(pairs.Positive, centers).Any(Centers);
        return new PairBatch(pool(Grouped(pairs.Similarity, centers)), positive, Grouped(pairs.Negative, centers).Any(Centers).And(positive.Not()));
    }

    private static Tensor Grouped(Tensor columns, int centers) => columns.Reshape(columns.Size(0), columns.Size(1) / centers, centers);
}
