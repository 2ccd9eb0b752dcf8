using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Data;
using Semblance.Data.Noise;

namespace Semblance.Training;

/// <summary>Which images of a data set train, validate, ask and are searched.</summary>
/// <param name="Train">Train the model.</param>
/// <param name="Validation">Choose the weights: asked of each other; null where nothing is held out.</param>
/// <param name="Query">Ask.</param>
/// <param name="Database">Are searched; null where every query searches the other queries.</param>
/// <param name="Protocol">The rule's name, counts included; the beginning of the protocol id of every score.</param>
public sealed record DataParts(Dataset Train, Dataset? Validation, Dataset Query, Dataset? Database, string Protocol)
{
    /// <summary>The rule's name alone.</summary>
    public string Rule => Protocol[..Protocol.IndexOf('(', StringComparison.Ordinal)];

    // One stream of random numbers for each choice, so that one does not move when another's count changes.
    private const int QueryStream = 1;
    private const int TrainStream = 2;
    private const int ValidationStream = 3;

    /// <summary>Divides a data set as a recipe says.</summary>
    /// <exception cref="InvalidDataException">The data set has no such split, too few images of a class, or classes in common where there may be none.</exception>
    public static DataParts Of(Dataset data, DataRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(recipe);
        DataParts parts = recipe.Protocol switch
        {
            Protocols.Splits => BySplits(data, recipe),
            Protocols.ClassDisjoint => Disjoint(BySplits(data, recipe)),
            Protocols.Auto when data.Splits.Contains(recipe.Train) && data.Splits.Contains(recipe.Query) => BySplits(data, recipe),
            Protocols.Auto or Protocols.PerClass => PerClass(data, recipe),
            Protocols.HalfClasses => HalfClasses(data),
            _ => Published(data, recipe),
        };
        parts.DemandDivision(recipe, data);
        parts = (parts with { Whole = parts }).Change(recipe, data).HoldOut(recipe, data);
        parts.RefuseSharedValidation();
        return parts;
    }

    /// <summary>The training images with their observed labels before some are held out, where the recipe makes a long tail or noise; else null.</summary>
    public Dataset? Changed { get; private init; }

    /// <summary>As the protocol divides, before some are held out or changed; null for itself.</summary>
    private DataParts? Whole { get; init; }

    /// <summary>SHA-256 over which images train, ask and are searched, and with which labels, in whatever order: what two lists of the same counts differ in. Images count by their ids, and none is read.</summary>
    public string Division
    {
        get
        {
            DataParts parts = Whole ?? this;
            IEnumerable<string> lines = new[] { ("train", parts.Train), ("query", parts.Query), ("database", parts.Database) }
                .SelectMany(part => part.Item2?.Items.Select(item => $"{part.Item1}\t{item.Id}\t{string.Join(' ', item.Labels.Order())}\n") ?? []);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Order(StringComparer.Ordinal)))));
        }
    }

    /// <summary>SHA-256 over all that trains, asks and is searched: of the data set where nothing was changed; else of the set, and of which images train with which labels.</summary>
    /// <param name="data">The data set that was divided.</param>
    public string HashOf(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Changed is null ? data.ContentHash : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{data.ContentHash}\n{LabelMap.ToText(Changed)}")));
    }

    private void DemandDivision(DataRecipe recipe, Dataset data)
    {
        if (recipe.Division is { } wanted && Division is var found && !found.StartsWith(wanted, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{data.Name} is divided as {found[..wanted.Length]}, data.division is {wanted}: other images train, ask or are searched, or with other labels. Take the lists or the split-seed that the recipe was made for, or leave data.division out.");
        }
    }

    private static DataParts Published(Dataset data, DataRecipe recipe) =>
        PublishedSplit.Of(recipe.Protocol) is { } published ? published.Divide(data)
        : Protocols.IsCifar10(recipe.Protocol) && !HashSplit.IsListed(data) ? Cifar(data, recipe)
        : HashSplit.Of(recipe.Protocol)!.Divide(data, recipe.SplitSeed);

    private static DataParts BySplits(Dataset data, DataRecipe recipe)
    {
        Dataset train = data.Split(recipe.Train), query = data.Split(recipe.Query);
        RefuseSingleImages(train);
        Dataset? database = recipe.Database is { } name && name != recipe.Query ? data.Split(name) : null;
        return new DataParts(train, null, query, database, Describe(recipe.Protocol == Protocols.ClassDisjoint ? Protocols.ClassDisjoint : Protocols.Splits, train, query, database));
    }

    private static DataParts Disjoint(DataParts parts)
    {
        int[] shared = [.. Classes(parts.Train).Intersect(Classes(parts.Query)).Order()];
        return shared.Length == 0
            ? parts
            : throw new InvalidDataException($"{parts.Train.Name} and {parts.Query.Name} share {shared.Length} classes, such as \"{parts.Train.ClassNames[shared[0]]}\"; protocol class-disjoint allows none. Use protocol: splits, or other splits.");
    }

    private static DataParts HalfClasses(Dataset data)
    {
        (int[] train, int[] query) = Halves(data);
        DataParts parts = Make(data, Protocols.HalfClasses, train, query, null);
        RefuseSingleImages(parts.Train);
        return parts;
    }

    /// <summary>The images of the first half of the classes, and those of the others.</summary>
    internal static (int[] First, int[] Second) Halves(Dataset data)
    {
        int half = data.ClassNames.Count / 2;
        if (half == 0 || data.MultiLabel)
        {
            throw new InvalidDataException($"{data.Name} has {(half == 0 ? $"{data.ClassNames.Count} classes" : "images with several labels")}; to divide the classes into two halves, two classes and one label an image are needed. Use protocol: splits or per-class.");
        }
        ILookup<bool, int> halves = Enumerable.Range(0, data.Count).Where(index => data.Items[index].Labels.Length == 1).ToLookup(index => data.Items[index].Labels[0] < half);
        return ([.. halves[true]], [.. halves[false]]);
    }

    private static DataParts PerClass(Dataset data, DataRecipe recipe)
    {
        RefuseSingleImages(data);
        int[][] byClass = ByClass(data, [.. Enumerable.Range(0, data.Count)]);
        int[] query = Draw(byClass, recipe.PerClass.Query.Of, recipe.SplitSeed, QueryStream);
        int[][] rest = ByClass(data, Without(data, query));
        int[] train = Draw(rest, recipe.PerClass.Train.Of, recipe.SplitSeed, TrainStream);
        int[] database = Without(data, recipe.PerClass.Database == SearchedImages.WithTraining ? query : [.. query, .. train]);
        RefuseEmpty(data, query, train, database);
        return Make(data, Protocols.PerClass, train, query, database);
    }

    private static DataParts Cifar(Dataset data, DataRecipe recipe)
    {
        const int QueriesPerClass = 100, TrainPerClass = 500;
        int[] all = [.. Enumerable.Range(0, data.Count)];
        int[] official = [.. all.Where(index => data.Items[index].IsIn("train"))], test = [.. all.Where(index => data.Items[index].IsIn("test"))];
        if (data.ClassNames.Count != 10 || official.Length != 50_000 || test.Length != 10_000)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{data.Name} has {data.ClassNames.Count} classes, {official.Length} images in \"train\" and {test.Length} in \"test\"; protocol {recipe.Protocol} needs CIFAR-10 whole: 10 classes, 50,000 and 10,000. Use protocol: per-class or splits."));
        }
        if (recipe.Protocol == Protocols.Cifar10Full)
        {
            return Make(data, recipe.Protocol, official, test, official);
        }
        bool pooled = recipe.Protocol == Protocols.Cifar10Over54k;
        int[] query = Draw(ByClass(data, pooled ? all : test), _ => QueriesPerClass, recipe.SplitSeed, QueryStream);
        int[] rest = Without(data, query);
        int[] train = Draw(ByClass(data, pooled ? rest : official), _ => TrainPerClass, recipe.SplitSeed, TrainStream);
        int[] database = recipe.Protocol switch
        {
            Protocols.Cifar10Over54k => Without(data, [.. query, .. train]),
            Protocols.Cifar10Over59k => rest,
            _ => official,
        };
        return Make(data, recipe.Protocol, train, query, database);
    }

    /// <summary>Makes a long tail and noise of the training images, and of no others: who asks and is searched keeps the original labels.</summary>
    private DataParts Change(DataRecipe recipe, Dataset data)
    {
        if (!TrainingLabels.AreChanged(recipe))
        {
            return this;
        }
        Dataset changed = TrainingLabels.Change(Train, data, recipe);
        string count = string.Create(CultureInfo.InvariantCulture, $"train {changed.Count}{TrainingLabels.Describe(recipe)})");
        return this with { Train = changed, Changed = changed, Protocol = $"{Protocol[..Protocol.LastIndexOf("train ", StringComparison.Ordinal)]}{count}" };
    }

    private DataParts HoldOut(DataRecipe recipe, Dataset data)
    {
        ValidationRecipe validation = recipe.Validation;
        return validation.Kind switch
        {
            ValidationKind.None => this,
            ValidationKind.Split => this with { Validation = data.Split(validation.Split!) },
            ValidationKind.Classes => HoldOutClasses(validation, recipe.SplitSeed),
            _ => HoldOutImages(validation, recipe.SplitSeed),
        };
    }

    private DataParts HoldOutImages(ValidationRecipe validation, int seed)
    {
        int[][] byClass = ByClass(Train, [.. Enumerable.Range(0, Train.Count)]);
        // One image of a class alone finds nothing, so two are held out at least; a class that would keep fewer than two trains with all of its images.
        int[] held = Draw(byClass, count => count < 4 ? 0 : Math.Clamp(validation.Amount.Of(count), 2, count - 2), seed, ValidationStream, fill: true);
        return held.Length == 0 ? this : Divide(held);
    }

    private DataParts HoldOutClasses(ValidationRecipe validation, int seed)
    {
        int[] classes = [.. Classes(Train).Order()];
        int count = Math.Min(validation.Amount.Of(classes.Length), classes.Length - 2);
        if (count < 2)
        {
            throw new InvalidDataException($"{Train.Name} has {classes.Length} classes; holding out {validation.Amount} of them leaves no two to validate with and two to train with. Set data.validation.kind to images or none.");
        }
        SeededRandom random = new(seed, ValidationStream);
        random.Shuffle(classes.AsSpan());
        HashSet<int> held = [.. classes.Take(count)];
        return Divide([.. Enumerable.Range(0, Train.Count).Where(index => Train.Items[index].Labels.Any(held.Contains))]);
    }

    private DataParts Divide(int[] held) => this with
    {
        Train = Train.Subset(Without(Train, held), Train.Name),
        Validation = Train.Subset(held, $"{Train.Name}/validation"),
    };

    internal static DataParts Make(Dataset data, string protocol, int[] train, int[] query, int[]? database)
    {
        // The rule and the count are part of the name, and so of every score's protocol id.
        Dataset Part(string role, int[] indices) => data.Subset(indices, string.Create(CultureInfo.InvariantCulture, $"{data.Name}/{protocol}-{role}-{indices.Length}"));
        Dataset trainPart = Part("train", train), queryPart = Part("query", query);
        Dataset? databasePart = database is null ? null : Part("database", database);
        return new DataParts(trainPart, null, queryPart, databasePart, Describe(protocol, trainPart, queryPart, databasePart));
    }

    private static string Describe(string protocol, Dataset train, Dataset query, Dataset? database) => string.Create(
        CultureInfo.InvariantCulture,
        $"{protocol}(query {query.Count}, {(database is null ? "leave-one-out" : $"database {database.Count}")}, train {train.Count})");

    /// <summary>A class with one image has nothing to be compared with. Of several labels an image may well be the only one to carry some.</summary>
    private static void RefuseSingleImages(Dataset data)
    {
        if (!data.MultiLabel)
        {
            data.DemandPerClass(2);
        }
    }

    private void RefuseSharedValidation()
    {
        foreach ((Dataset other, string role) in Validation is null ? [] : new[] { (Train, "train"), (Query, "are queries") })
        {
            HashSet<string> ids = [.. other.Items.Select(item => item.Id)];
            string[] shared = [.. Validation!.Items.Select(item => item.Id).Where(ids.Contains)];
            if (shared.Length > 0)
            {
                throw new InvalidDataException($"{shared.Length} images of {Validation.Name} validate and {role}, such as \"{shared[0]}\"; a model may not be chosen by the images that train or judge it. Set data.validation.split to a split of its own, or data.validation.kind to images.");
            }
        }
    }

    private static void RefuseEmpty(Dataset data, int[] query, int[] train, int[] database)
    {
        string? empty = query.Length == 0 ? "query" : train.Length == 0 ? "train" : database.Length == 0 ? "database" : null;
        if (empty is not null)
        {
            throw new InvalidDataException($"{data.Name} has {data.Count} images in {data.ClassNames.Count} classes, which leaves none for the {empty} part. More images are needed, or smaller counts in data.per-class.");
        }
    }

    /// <summary>So many of each class's images; an image of several classes is drawn once.</summary>
    /// <param name="byClass">The images of each class.</param>
    /// <param name="count">How many of a class of so many.</param>
    /// <param name="seed">Seed of the drawing.</param>
    /// <param name="stream">Stream of the seed.</param>
    /// <param name="fill">Whether images that another class drew count as drawn: else frequent classes, which most images with several labels have, would give far more than their number.</param>
    private static int[] Draw(int[][] byClass, Func<int, int> count, int seed, int stream, bool fill = false)
    {
        HashSet<int> drawn = [];
        for (int label = 0; label < byClass.Length; label++)
        {
            int[] members = [.. byClass[label]];
            new SeededRandom(seed, stream, label).Shuffle(members.AsSpan());
            int wanted = count(members.Length);
            drawn.UnionWith(fill ? members.Where(member => !drawn.Contains(member)).Take(wanted - members.Count(drawn.Contains)).ToArray() : members.Take(wanted));
        }
        return [.. drawn.Order()];
    }

    private static int[][] ByClass(Dataset data, int[] indices)
    {
        List<int>[] members = [.. data.ClassNames.Select(_ => new List<int>())];
        foreach (int index in indices)
        {
            foreach (int label in data.Items[index].Labels)
            {
                members[label].Add(index);
            }
        }
        return Array.ConvertAll(members, list => list.ToArray());
    }

    private static int[] Without(Dataset data, int[] taken)
    {
        HashSet<int> gone = [.. taken];
        return [.. Enumerable.Range(0, data.Count).Where(index => !gone.Contains(index))];
    }

    private static HashSet<int> Classes(Dataset data) => [.. data.Items.SelectMany(item => item.Labels)];
}
