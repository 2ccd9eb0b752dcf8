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

    /// <summary>CIFAR-100: all 10,000 test images ask, all 50,000 training images train and are searched.</summary>
    public const string Cifar100Full = "cifar100-full";

    /// <summary>ImageNet, 100 classes: 5,000 validation images ask, 13,000 train, 128,503 are searched.</summary>
    public const string Imagenet100 = "imagenet-100";

    /// <summary>MS-COCO 2014: 5,000 ask, 10,000 train, 117,218 are searched.</summary>
    public const string Coco = "coco";

    /// <summary>NUS-WIDE, the 21 most frequent concepts: 2,100 ask, 10,500 of the 193,734 that are searched train.</summary>
    public const string NusWide21 = "nus-wide-21";

    /// <summary>The 21 concepts in the copy of 223,496 images.</summary>
    public const string NusWide21Copy = "nus-wide-21-m";

    /// <summary>All 81 concepts in the copy of 223,496 images.</summary>
    public const string NusWide81Copy = "nus-wide-81-m";

    /// <summary>MIRFLICKR, 38 labels: of 24,581 images with a label 1,000 ask, 4,000 train, the other 19,581 are searched.</summary>
    public const string MirFlickr38 = "mirflickr-38";

    /// <summary>The same with the 24 potential labels alone.</summary>
    public const string MirFlickr24 = "mirflickr-24";

    /// <summary>MIRFLICKR, 38 labels: of all 25,000 images 1,000 ask, 4,000 train, the other 20,000 are searched.</summary>
    public const string MirFlickr38All = "mirflickr-38-all";

    /// <summary>VOC 2007: the test images ask, all training and validation images train and are searched.</summary>
    public const string Voc2007 = "voc-2007";

    /// <summary>VOC 2012: the validation images ask, the training images train and are searched.</summary>
    public const string Voc2012 = "voc-2012";

    /// <summary>VOC 2012: of all 11,540 images 1,000 ask, 4,000 train, the other 6,540 are searched.</summary>
    public const string Voc2012Over6540 = "voc-2012-6540";

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

    /// <summary>ImageNet-LT: the balanced test images ask, the long-tailed training images train and are searched.</summary>
    public const string ImagenetLt = "imagenet-lt";

    /// <summary>Places-LT: the balanced test images ask, the long-tailed training images train and are searched.</summary>
    public const string PlacesLt = "places-lt";

    /// <summary>iNaturalist 2018: the validation images ask, the long-tailed training images train and are searched.</summary>
    public const string Inat2018 = "inat-2018";

    /// <summary>Every name.</summary>
    public static IReadOnlyCollection<string> Names { get; } =
        [Auto, Splits, ClassDisjoint, HalfClasses, PerClass, Cub200, Cars196, Sop, InShop, Cifar10Over54k, Cifar10Over59k, Cifar10Over50k, Cifar10Full,
            Cifar100Full, Imagenet100, Coco, NusWide21, NusWide21Copy, NusWide81Copy, MirFlickr38, MirFlickr24, MirFlickr38All, Voc2007, Voc2012, Voc2012Over6540, ImagenetLt, PlacesLt, Inat2018];

    /// <summary>Whether no class may both train and ask.</summary>
    public static bool IsClassDisjoint(string protocol) => protocol is ClassDisjoint or HalfClasses or Cub200 or Cars196 or Sop or InShop;

    /// <summary>Whether a protocol divides CIFAR-10.</summary>
    public static bool IsCifar10(string protocol) => protocol is Cifar10Over54k or Cifar10Over59k or Cifar10Over50k or Cifar10Full;

    /// <summary>Whether a protocol goes by the data's own splits, or may.</summary>
    public static bool UsesSplits(string protocol) => protocol is Auto or Splits or ClassDisjoint;
}
