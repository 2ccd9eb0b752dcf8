namespace Semblance.Data;

/// <summary>How a data set is kept.</summary>
public enum DatasetKind
{
    /// <summary>Found by looking.</summary>
    Auto = 0,

    /// <summary>Class folders: the first folder of a path is its class.</summary>
    Folders = 1,

    /// <summary>Images without classes, in any folders.</summary>
    Images = 2,

    /// <summary>A table of paths, labels and splits beside image files.</summary>
    Csv = 3,

    /// <summary>A tar archive, with a table beside it or with class folders inside.</summary>
    Tar = 4,

    /// <summary>The binary layout of CIFAR-10 or CIFAR-100: one file, or a folder of them.</summary>
    Cifar = 5,

    /// <summary>A gzip stream of label, length and image file (*.jpgs.gz): one file, or a folder of them.</summary>
    Records = 6,

    /// <summary>CUB-200-2011 as distributed.</summary>
    Cub = 7,

    /// <summary>Cars-196 as distributed: <c>cars_annos.mat</c> and <c>car_ims</c>, or the devkit and its two folders.</summary>
    Cars = 8,

    /// <summary>Stanford Online Products as distributed.</summary>
    OnlineProducts = 9,

    /// <summary>In-Shop Clothes Retrieval as distributed.</summary>
    InShop = 10,

    /// <summary>Text lists of paths and labels: one file, or a folder with one for each split.</summary>
    List = 11,

    /// <summary>Annotations of iNaturalist in JSON: one file, or a folder with one for each split.</summary>
    INaturalist = 12,

    /// <summary>Zip archives of Omniglot: one file, or a folder of them.</summary>
    Omniglot = 13,

    /// <summary>MS-COCO as distributed: <c>annotations/instances_*.json</c> beside the folders of images; or one such file.</summary>
    Coco = 14,

    /// <summary>NUS-WIDE as distributed: <c>ImageList</c> and <c>Groundtruth</c>.</summary>
    NusWide = 15,

    /// <summary>MIRFLICKR-25000 as distributed: a folder of annotations and the images <c>im1.jpg</c> to <c>im25000.jpg</c>.</summary>
    MirFlickr = 16,

    /// <summary>PASCAL VOC as distributed: <c>Annotations</c>, <c>ImageSets/Main</c> and <c>JPEGImages</c>.</summary>
    Voc = 17,

    /// <summary>WebVision 1.0 or 2.0 as distributed: the lists in <c>info</c> and the folders of images.</summary>
    WebVision = 18,

    /// <summary>Clothing-1M as distributed: lists, noisy and clean labels, and the folder <c>images</c>.</summary>
    Clothing1M = 19,

    /// <summary>Food-101 as distributed: <c>meta</c> and <c>images</c>.</summary>
    Food101 = 20,

    /// <summary>Food-101N as distributed, alone or in one folder with Food-101, whose test images it is judged by.</summary>
    Food101N = 21,
}

/// <summary>What to read of a data set, and how; the defaults suit most sets.</summary>
public sealed record DatasetOptions
{
    /// <summary>Name in messages; empty for the last part of the path.</summary>
    public string Name { get; init; } = "";

    /// <summary>Read only this split; empty for everything.</summary>
    public string Split { get; init; } = "";

    /// <summary>A text file of class names, one a line; empty to look for classes.txt beside a table, or to take the classes that occur.</summary>
    public string ClassFile { get; init; } = "";

    /// <summary>The folder from which the paths of a table or of lists start; empty for their own. For COCO, NUS-WIDE and MIRFLICKR the folder of the images.</summary>
    public string ImageFolder { get; init; } = "";

    /// <summary>The table of a tar archive; empty to look for labels.csv beside it. For other kinds a table that replaces the labels.</summary>
    public string LabelFile { get; init; } = "";

    /// <summary>The column that holds the labels; empty to look for label, labels, class, classes, class_id or class_ids.</summary>
    public string LabelColumn { get; init; } = "";

    /// <summary>The split whose labels <see cref="LabelFile"/> replaces; empty for every image.</summary>
    public string LabelSplit { get; init; } = "";

    /// <summary>The column that holds the paths; empty to look for path, file, filename or image.</summary>
    public string PathColumn { get; init; } = "";

    /// <summary>Whether an image may have several labels; null to look.</summary>
    public bool? MultiLabel { get; init; }

    /// <summary>Pass over what is wrong and list it in <see cref="Dataset.Problems"/>, instead of failing.</summary>
    public bool Lenient { get; init; }
}
