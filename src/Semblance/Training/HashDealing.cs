using Semblance.Data;

namespace Semblance.Training;

/// <summary>The rules by which the images of a data set are dealt to those that train, ask and are searched. Where there are too few, the counts show it.</summary>
internal static class HashDealing
{
    private const int QueryStream = 1;
    private const int TrainStream = 2;

    /// <summary>As lists have it.</summary>
    public static Roles Listed(Dataset data) => new(In(data, "train"), In(data, data.Splits.Contains("query") ? "query" : "test"), In(data, "database"));

    /// <summary>Some splits train and are searched, another asks.</summary>
    public static Func<Dataset, int, Roles> BySplits(string[] train, string query) => (data, _) =>
    {
        int[] searched = [.. train.SelectMany(split => In(data, split)).Distinct().Order()];
        return new(searched, In(data, query), searched);
    };

    /// <summary>So many of each class in the training split train, all of that split are searched, the validation split asks.</summary>
    public static Func<Dataset, int, Roles> OfTraining(int each) => (data, seed) =>
    {
        int[] searched = In(data, "train");
        return new(OfEach(data, searched, each, seed, TrainStream), In(data, data.Splits.Contains("val") ? "val" : "test"), searched);
    };

    /// <summary>The images in random order: the first ask, the next train, all others are searched.</summary>
    /// <param name="query">Images that ask.</param>
    /// <param name="train">Images that train.</param>
    /// <param name="trainingIsSearched">Whether training images are searched as well.</param>
    /// <param name="unlabelled">Whether images without a label are dealt.</param>
    public static Func<Dataset, int, Roles> AtRandom(int query, int train, bool trainingIsSearched = false, bool unlabelled = false) => (data, seed) =>
    {
        int[] order = unlabelled ? [.. Enumerable.Range(0, data.Count)] : Labelled(data);
        new SeededRandom(seed, QueryStream).Shuffle<int>(order);
        int[] training = [.. order.Skip(query).Take(train).Order()];
        return new(training, [.. order.Take(query).Order()], [.. order.Skip(trainingIsSearched ? query : query + train).Order()]);
    };

    /// <summary>So many of each class ask and so many train, those of an earlier class left out; all labelled images that do not ask are searched.</summary>
    public static Func<Dataset, int, Roles> OfEachClass(int query, int train) => (data, seed) =>
    {
        int[] all = Labelled(data), asking = OfEach(data, all, query, seed, QueryStream);
        int[] searched = [.. all.Except(asking)];
        return new(OfEach(data, searched, train, seed, TrainStream), asking, searched);
    };

    private static int[] OfEach(Dataset data, int[] images, int each, int seed, int stream)
    {
        HashSet<int> drawn = [];
        ILookup<int, int> members = images.SelectMany(image => data.Items[image].Labels.Select(label => (label, image))).ToLookup(pair => pair.label, pair => pair.image);
        for (int label = 0; label < data.ClassNames.Count; label++)
        {
            int[] left = [.. members[label].Where(image => !drawn.Contains(image))];
            new SeededRandom(seed, stream, label).Shuffle<int>(left);
            drawn.UnionWith(left.Take(each));
        }
        return [.. drawn.Order()];
    }

    private static int[] Labelled(Dataset data) => [.. Enumerable.Range(0, data.Count).Where(index => data.Items[index].Labels.Length > 0)];

    private static int[] In(Dataset data, string split) => [.. Enumerable.Range(0, data.Count).Where(index => data.Items[index].IsIn(split))];
}
