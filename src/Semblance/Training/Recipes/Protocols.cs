namespace Semblance.Training;

/// <summary>Names of the rules by which images train, ask or are searched.</summary>
public static class Protocols
{
    /// <summary><see cref="Splits"/> where the data name their splits, else <see cref="PerClass"/>.</summary>
    public const string Auto = "auto";

    /// <summary>As the data's own splits say.</summary>
    public const string Splits = "splits";

    /// <summary>As the data's own splits say, and no class may be in both the training and the query split.</summary>
    public const string ClassDisjoint = "class-disjoint";

    /// <summary>So many images of each class, drawn with the split seed.</summary>
    public const string PerClass = "per-class";

    /// <summary>CIFAR-10: of all 60,000 images 1,000 ask and 5,000 train; the other 54,000 are searched.</summary>
    public const string Cifar10Over54k = "cifar10-54k";

    /// <summary>CIFAR-10: 1,000 of the test images ask, 5,000 of the others train; all 59,000 others are searched.</summary>
    public const string Cifar10Over59k = "cifar10-59k";

    /// <summary>CIFAR-10: 1,000 of the test images ask, 5,000 of the training images train; all 50,000 training images are searched.</summary>
    public const string Cifar10Over50k = "cifar10-50k";

    /// <summary>CIFAR-10: all 10,000 test images ask, all 50,000 training images train and are searched.</summary>
    public const string Cifar10Full = "cifar10-full";

    /// <summary>The first half of the classes trains; every image of the other half asks all others of that half.</summary>
    public const string HalfClasses = "half-classes";

    /// <summary>CUB-200-2011: classes 1 to 100 train, every image of classes 101 to 200 asks all others of these.</summary>
    public const string Cub200 = "cub-200";

    /// <summary>Cars-196: classes 1 to 98 train, every image of classes 99 to 196 asks all others of these.</summary>
    public const string Cars196 = "cars-196";

    /// <summary>Stanford Online Products: the training list trains, every image of the test list asks all others of it.</summary>
    public const string Sop = "sop";

    /// <summary>In-Shop Clothes Retrieval: training, query and gallery images as the list says.</summary>
    public const string InShop = "in-shop";

    /// <summary>Every name.</summary>
    public static IReadOnlyCollection<string> Names { get; } =
        [Auto, Splits, ClassDisjoint, HalfClasses, PerClass, Cub200, Cars196, Sop, InShop, Cifar10Over54k, Cifar10Over59k, Cifar10Over50k, Cifar10Full];

    /// <summary>Whether no class may both train and ask.</summary>
    public static bool IsClassDisjoint(string protocol) => protocol is ClassDisjoint or HalfClasses or Cub200 or Cars196 or Sop or InShop;

    /// <summary>Whether a protocol goes by the data's own splits, or may.</summary>
    public static bool UsesSplits(string protocol) => protocol is Auto or Splits or ClassDisjoint;
}
