using System.Globalization;
using Semblance.Data;

namespace Semblance.Training;

/// <summary>Whether training images are searched.</summary>
internal enum TrainingImages
{
    /// <summary>They and no others are.</summary>
    AreTheDatabase,

    /// <summary>They are, among others.</summary>
    AreSearched,

    /// <summary>They are not.</summary>
    AreApart,

    /// <summary>As the published lists have it.</summary>
    AsListed,
}

/// <summary>The positions of the images that train, ask and are searched.</summary>
internal readonly record struct Roles(int[] Train, int[] Query, int[] Database);

/// <summary>The division of a well-known data set under which results of hashing are published, for classes that are all seen in training.</summary>
/// <remarks>Lists that come with the data are taken as they are; else the images are dealt by the rule. What was dealt or listed must have the published counts.</remarks>
/// <param name="Protocol">Its name in recipes.</param>
/// <param name="Set">The data set.</param>
/// <param name="Classes">Its classes.</param>
/// <param name="Query">Images that ask.</param>
/// <param name="Train">Images that train.</param>
/// <param name="Database">Images that are searched; null where only <see cref="Images"/> is published.</param>
/// <param name="Training">Whether training images are searched.</param>
/// <param name="Deal">Deals the images of the set as it is distributed; null where only lists have the division.</param>
internal sealed record HashSplit(string Protocol, string Set, int Classes, int Query, int Train, int? Database, TrainingImages Training, Func<Dataset, int, Roles>? Deal)
{
    private static readonly HashSplit[] All =
    [
        new(Protocols.Cifar10Over54k, "CIFAR-10", 10, 1_000, 5_000, 54_000, TrainingImages.AreApart, null),
        new(Protocols.Cifar10Over59k, "CIFAR-10", 10, 1_000, 5_000, 59_000, TrainingImages.AreSearched, null),
        new(Protocols.Cifar10Over50k, "CIFAR-10", 10, 1_000, 5_000, 50_000, TrainingImages.AreSearched, null),
        new(Protocols.Cifar10Full, "CIFAR-10", 10, 10_000, 50_000, 50_000, TrainingImages.AreTheDatabase, null),
        new(Protocols.Cifar100Full, "CIFAR-100", 100, 10_000, 50_000, 50_000, TrainingImages.AreTheDatabase, HashDealing.BySplits(["train"], "test")),
        new(Protocols.Imagenet100, "ImageNet with the 100 classes of HashNet", 100, 5_000, 13_000, 128_503, TrainingImages.AsListed, HashDealing.OfTraining(130)),
        new(Protocols.Coco, "MS-COCO 2014", 80, 5_000, 10_000, 117_218, TrainingImages.AsListed, HashDealing.AtRandom(5_000, 10_000, trainingIsSearched: true)),
        new(Protocols.NusWide21, "NUS-WIDE with its 21 most frequent concepts", 21, 2_100, 10_500, 193_734, TrainingImages.AreSearched, HashDealing.OfEachClass(100, 500)) { Keep = MostFrequent },
        new(Protocols.NusWide21Copy, "the copy of NUS-WIDE with 223,496 images, 21 concepts", 21, 2_100, 10_500, null, TrainingImages.AsListed, null) { Images = 223_496 },
        new(Protocols.NusWide81Copy, "the copy of NUS-WIDE with 223,496 images", 81, 5_000, 10_000, null, TrainingImages.AsListed, null) { Images = 223_496 },
        new(Protocols.MirFlickr38, "the images of MIRFLICKR-25000 that have one of 38 labels", 38, 1_000, 4_000, 19_581, TrainingImages.AreApart, HashDealing.AtRandom(1_000, 4_000)),
        new(Protocols.MirFlickr24, "the images of MIRFLICKR-25000 that have one of 24 labels", 24, 1_000, 4_000, 19_581, TrainingImages.AreApart, HashDealing.AtRandom(1_000, 4_000)) { Keep = Potential },
        new(Protocols.MirFlickr38All, "MIRFLICKR-25000", 38, 1_000, 4_000, 20_000, TrainingImages.AreApart, HashDealing.AtRandom(1_000, 4_000, unlabelled: true)),
        new(Protocols.Voc2007, "VOC 2007", 20, 4_952, 5_011, 5_011, TrainingImages.AreTheDatabase, HashDealing.BySplits(["train", "val"], "test")),
        new(Protocols.Voc2012, "VOC 2012", 20, 5_823, 5_717, 5_717, TrainingImages.AreTheDatabase, HashDealing.BySplits(["train"], "val")),
        new(Protocols.Voc2012Over6540, "the training and validation images of VOC 2012", 20, 1_000, 4_000, 6_540, TrainingImages.AreApart, HashDealing.AtRandom(1_000, 4_000)),
    ];

    /// <summary>Images that are there in all, where that is published.</summary>
    public int? Images { get; init; }

    /// <summary>Which classes of a set with more of them count; null for all.</summary>
    public Func<Dataset, int, int[]>? Keep { get; init; }

    /// <summary>The division of a name; null where there is none.</summary>
    public static HashSplit? Of(string protocol) => Array.Find(All, split => split.Protocol == protocol);

    /// <summary>Whether the set came as lists of the images that train, ask and are searched.</summary>
    public static bool IsListed(Dataset data) => data.Splits.Contains("train") && data.Splits.Contains("database") && (data.Splits.Contains("query") || data.Splits.Contains("test"));

    /// <summary>The set with the classes that count.</summary>
    public Dataset Reduce(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Keep is not null && data.ClassNames.Count > Classes ? data.KeepClasses(Keep(data, Classes)) : data;
    }

    /// <summary>Divides the data set.</summary>
    /// <param name="data">The set, reduced.</param>
    /// <param name="seed">Seed of the dealing.</param>
    /// <exception cref="InvalidDataException">The counts are not those of the protocol, or images that may not be in two parts are.</exception>
    public DataParts Divide(Dataset data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        Roles roles = IsListed(data) ? HashDealing.Listed(data)
            : Deal?.Invoke(data, seed) ?? throw new InvalidDataException($"{data.Name} comes without the lists train.txt, test.txt and database.txt; protocol {Protocol} is in them alone. Use them with source: list, or protocol splits or per-class.");
        DemandCounts(data, roles);
        Refuse(data, roles.Query, roles.Train, "ask and train");
        Refuse(data, roles.Query, roles.Database, "ask and are searched");
        if (Training == TrainingImages.AreApart)
        {
            Refuse(data, roles.Train, roles.Database, "train and are searched");
        }
        if (Training is TrainingImages.AreSearched or TrainingImages.AreTheDatabase && roles.Train.Except(roles.Database).Count() is > 0 and int apart)
        {
            throw new InvalidDataException($"{data.Name}: {apart} training images are not searched; in protocol {Protocol} all are. Take the lists of one source.");
        }
        return DataParts.Make(data, Protocol, roles.Train, roles.Query, roles.Database);
    }

    private void DemandCounts(Dataset data, Roles roles)
    {
        int images = roles.Query.Concat(roles.Database).Concat(roles.Train).Distinct().Count();
        bool right = data.ClassNames.Count == Classes && roles.Query.Length == Query && roles.Train.Length == Train
            && (Database ?? roles.Database.Length) == roles.Database.Length && (Images ?? images) == images;
        if (!right)
        {
            string searched = Database is { } database ? Count($"{database:N0} that are searched") : Count($"{Images:N0} in all");
            string found = Database is null ? Count($"{images:N0} in all") : Count($"{roles.Database.Length:N0} that are searched");
            throw new InvalidDataException(Count($"{data.Name} has {data.ClassNames.Count} classes, {roles.Query.Length:N0} images that ask, {roles.Train.Length:N0} that train and {found}; protocol {Protocol} is {Set}: {Classes} classes, {Query:N0}, {Train:N0} and {searched}. Take all of it, or use protocol splits or per-class for a part of it."));
        }
    }

    private void Refuse(Dataset data, int[] one, int[] other, string roles)
    {
        int[] both = [.. one.Intersect(other)];
        if (both.Length > 0)
        {
            throw new InvalidDataException($"{data.Name}: {both.Length} images {roles}, such as \"{data.Items[both[0]].Id}\"; in protocol {Protocol} none does. Correct the lists.");
        }
    }

    private static string Count(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static int[] MostFrequent(Dataset data, int classes)
    {
        int[] counts = data.ClassCounts();
        return [.. Enumerable.Range(0, counts.Length).OrderByDescending(label => counts[label]).ThenBy(label => label).Take(classes).Order()];
    }

    private static int[] Potential(Dataset data, int classes) => [.. Enumerable.Range(0, data.ClassNames.Count).Where(label => !data.ClassNames[label].EndsWith("_r1", StringComparison.Ordinal))];
}
