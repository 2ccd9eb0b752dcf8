using Semblance.Data;
using Semblance.Data.Stores;

namespace Semblance.Tests.Data;

/// <summary>Data sets of labels alone: each image is a byte or two that are its number.</summary>
internal static class LabelledSet
{
    /// <summary>Images with one label each, in split "train" unless another is given for each.</summary>
    public static Dataset Make(int[] labels, int? classes = null, string[]? splits = null)
    {
        DataItem[] items = [.. labels.Select((label, image) => new DataItem($"image-{image:D5}", [label], splits?[image] ?? "train"))];
        return new Dataset("set", [.. Enumerable.Range(0, classes ?? (labels.Max() + 1)).Select(label => $"class-{label}")], items, new Numbers(items.Length), multiLabel: false);
    }

    /// <summary>So many images of each class, the classes in turn.</summary>
    public static Dataset Even(int classes, int each, string[]? splits = null) => Make([.. Enumerable.Range(0, classes * each).Select(image => image % classes)], classes, splits);

    private sealed class Numbers(int count) : ImageStore
    {
        public override int Count => count;

        public override string Describe(int place) => $"image {place}";

        public override ReadOnlyMemory<byte> Read(int place) => BitConverter.GetBytes(place);
    }
}
