namespace Semblance.Training;

/// <summary>How the images are stored.</summary>
public enum DataSource
{
    /// <summary>Found out from the path.</summary>
    Auto,

    /// <summary>The image set that the program draws itself.</summary>
    Drawn,

    /// <summary>A folder with one folder of images for each class.</summary>
    Folder,

    /// <summary>A CSV file with a path, labels and perhaps a split for each image.</summary>
    Manifest,

    /// <summary>A tar archive of images beside a CSV file of labels.</summary>
    Tar,

    /// <summary>CIFAR's binary batches.</summary>
    Cifar,

    /// <summary>A gzip stream of records: label, length, JPEG.</summary>
    JpgsGz,

    /// <summary>CUB-200-2011 as distributed.</summary>
    Cub,

    /// <summary>Cars-196 as distributed.</summary>
    Cars,

    /// <summary>Stanford Online Products as distributed.</summary>
    Sop,

    /// <summary>In-Shop Clothes Retrieval as distributed.</summary>
    InShop,

    /// <summary>Text lists of paths and labels.</summary>
    List,

    /// <summary>Annotations of iNaturalist in JSON.</summary>
    Inat,

    /// <summary>Zip archives of Omniglot.</summary>
    Omniglot,

    /// <summary>MS-COCO as distributed.</summary>
    Coco,

    /// <summary>NUS-WIDE as distributed.</summary>
    NusWide,

    /// <summary>MIRFLICKR-25000 as distributed.</summary>
    Mirflickr,

    /// <summary>PASCAL VOC as distributed.</summary>
    Voc,

    /// <summary>WebVision as distributed.</summary>
    Webvision,

    /// <summary>Clothing-1M as distributed.</summary>
    Clothing1m,

    /// <summary>Food-101 as distributed.</summary>
    Food101,

    /// <summary>Food-101N as distributed.</summary>
    Food101n,

    /// <summary>Images of another source, several side by side with all of their labels.</summary>
    Mosaic,
}

/// <summary>How an image that is not square becomes one outside training.</summary>
public enum Fit
{
    /// <summary>Its short side is resized, then the middle is cut out.</summary>
    Crop,

    /// <summary>Both sides are resized, whatever the shape.</summary>
    Stretch,
}

/// <summary>What values the network wants its pixels to have.</summary>
public enum PixelValues
{
    /// <summary>Red, green and blue, less ImageNet's mean and divided by its deviation.</summary>
    Imagenet,

    /// <summary>Blue, green and red in 0..255, less 104, 117 and 128.</summary>
    Caffe,

    /// <summary>Red, green and blue in -1..1.</summary>
    Signed,

    /// <summary>Red, green and blue in 0..1.</summary>
    Unit,
}

/// <summary>The images: where they are, who trains, asks and is searched, and how they become input.</summary>
public sealed record DataRecipe
{
    /// <summary>How the images are stored.</summary>
    public DataSource Source { get; init; } = DataSource.Auto;

    /// <summary>Folder or file; null only for the drawn set, which then goes into a folder of its own.</summary>
    public string? Path { get; init; }

    /// <summary>How the drawn set is drawn.</summary>
    public DrawnRecipe Drawn { get; init; } = new();

    /// <summary>How mosaics are composed.</summary>
    public MosaicRecipe Mosaic { get; init; } = new();

    /// <summary>Folder of the images, where they are not where lists, tables or annotations lie.</summary>
    public string? Images { get; init; }

    /// <summary>CSV file with the labels, where they are not in the data themselves.</summary>
    public string? Labels { get; init; }

    /// <summary>Column of that file that holds the labels; null takes the usual names.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Which images train, ask and are searched: one of <see cref="Protocols.Names"/>.</summary>
    public string Protocol { get; init; } = Protocols.Auto;

    /// <summary>Seed of every drawing of images; apart from the run's seed, so that runs with several seeds share their images.</summary>
    public int SplitSeed { get; init; }

    /// <summary>The beginning of the hash of the division that must come out (<see cref="DataParts.Division"/>); null takes any.</summary>
    public string? Division { get; init; }

    /// <summary>Splits by the name of the class; a class belongs to the first that it matches, and where none does its images keep the split that they have.</summary>
    public ValueList<ClassSplitRecipe> SplitClasses { get; init; } = [];

    /// <summary>Split that trains.</summary>
    public string Train { get; init; } = "train";

    /// <summary>Split whose images ask.</summary>
    public string Query { get; init; } = "query";

    /// <summary>Split that is searched; null lets every query search all the others.</summary>
    public string? Database { get; init; } = "database";

    /// <summary>How many images of each class, where the protocol is per class.</summary>
    public PerClassRecipe PerClass { get; init; } = new();

    /// <summary>What the choice of the best model is made on; never the query images.</summary>
    public ValidationRecipe Validation { get; init; } = new();

    /// <summary>How the training images are thinned out to a long tail; null leaves them as they are.</summary>
    public LongTailRecipe? LongTail { get; init; }

    /// <summary>How the labels of the training images are spoilt; null leaves them as they are.</summary>
    public NoiseRecipe? Noise { get; init; }

    /// <summary>Side in pixels of the square that the model sees.</summary>
    public int Size { get; init; } = 224;

    /// <summary>How images become square outside training.</summary>
    public Fit Fit { get; init; } = Fit.Crop;

    /// <summary>Short side in pixels before the middle is cut out; null is <see cref="Size"/> below 64 pixels and 8/7 of it from there on.</summary>
    public int? Resize { get; init; }

    /// <summary>What values the pixels get, and in which order the channels stand.</summary>
    public PixelValues Normalization { get; init; } = PixelValues.Imagenet;

    /// <summary>Subtracted from red, green and blue in 0..1; ImageNet's.</summary>
    public ValueList<double> Mean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>What red, green and blue are divided by after that; ImageNet's.</summary>
    public ValueList<double> Std { get; init; } = [0.229, 0.224, 0.225];

    /// <summary>How training images are varied.</summary>
    public AugmentRecipe Augment { get; init; } = new();

    /// <summary>How a second view of each training image is varied, apart from the first; null for no second view.</summary>
    public AugmentRecipe? SecondView { get; init; }

    internal static DataRecipe Read(Section section)
    {
        DataRecipe defaults = new();
        DataSource source = section.Choice("source", defaults.Source);
        string? path = section.TextOrNull("path", defaults.Path);
        if (path is null && source != DataSource.Drawn)
        {
            section.Fault("path", "data.path is missing; the folder or file of the images is needed, or source: drawn.");
        }
        DrawnRecipe drawn = section.When(source == DataSource.Drawn, "source: drawn").Child("drawn", DrawnRecipe.Read);
        MosaicRecipe mosaic = section.When(source == DataSource.Mosaic, "source: mosaic").Child("mosaic", MosaicRecipe.Read);
        string? images = section.When(source != DataSource.Drawn, "another source than drawn").TextOrNull("images", defaults.Images);
        string? labels = section.TextOrNull("labels", defaults.Labels);
        string? column = section.TextOrNull("label-column", defaults.LabelColumn);
        string protocol = section.OneOf("protocol", defaults.Protocol, Protocols.Names);
        int splitSeed = section.Int("split-seed", defaults.SplitSeed, min: 0);
        string? division = section.TextOrNull("division", defaults.Division);
        if (division is not null && !(division.Length is >= 12 and <= 64 && division.All(char.IsAsciiHexDigitLower)))
        {
            section.Fault("division", $"data.division is \"{division}\"; the first 12 to 64 hexadecimal digits of a hash are needed, in lower case. run.json of a run on the same division has it.");
        }
        ValueList<ClassSplitRecipe> splitClasses = section.List("split-classes", ClassSplitRecipe.Read);
        Section splits = section.When(Protocols.UsesSplits(protocol), "protocol: auto, splits or class-disjoint");
        Section perClass = section.When(protocol is Protocols.Auto or Protocols.PerClass, "protocol: auto or per-class");
        Fit fit;
        PixelValues pixels;
        return new()
        {
            Source = source,
            Path = path,
            Drawn = drawn,
            Mosaic = mosaic,
            Images = images,
            Labels = labels,
            LabelColumn = column,
            Protocol = protocol,
            SplitSeed = splitSeed,
            Division = division,
            SplitClasses = splitClasses,
            Train = splits.Text("train", defaults.Train),
            Query = splits.Text("query", defaults.Query),
            Database = splits.TextOrNull("database", defaults.Database),
            PerClass = perClass.Child("per-class", PerClassRecipe.Read),
            Validation = section.Child("validation", validation => ValidationRecipe.Read(validation, protocol)),
            LongTail = section.Optional("long-tail", LongTailRecipe.Read),
            Noise = section.Optional("noise", NoiseRecipe.Read),
            Size = section.Int("size", defaults.Size, min: 8, max: 4096),
            Fit = fit = section.Choice("fit", defaults.Fit),
            Resize = section.When(fit == Fit.Crop, "fit: crop").IntOrNull("resize", defaults.Resize, min: 8, max: 8192),
            Normalization = pixels = section.Choice("normalization", defaults.Normalization),
            Mean = section.Numbers("mean", MeanOf(pixels), count: 3),
            Std = section.Numbers("std", StdOf(pixels), count: 3, above: 0),
            Augment = section.Child("augment", AugmentRecipe.Read),
            SecondView = section.Optional("second-view", AugmentRecipe.Read),
        };
    }

    private static ValueList<double> MeanOf(PixelValues pixels) => pixels switch
    {
        PixelValues.Caffe => [128 / 255.0, 117 / 255.0, 104 / 255.0],
        PixelValues.Signed => [0.5, 0.5, 0.5],
        PixelValues.Unit => [0, 0, 0],
        _ => new DataRecipe().Mean,
    };

    private static ValueList<double> StdOf(PixelValues pixels) => pixels switch
    {
        PixelValues.Caffe => [1 / 255.0, 1 / 255.0, 1 / 255.0],
        PixelValues.Signed => [0.5, 0.5, 0.5],
        PixelValues.Unit => [1, 1, 1],
        _ => new DataRecipe().Std,
    };
}

/// <summary>How the drawn set is drawn.</summary>
public sealed record DrawnRecipe
{
    /// <summary>Seed of the drawing: the same seed gives the same pictures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Pictures of each class.</summary>
    public int ImagesPerClass { get; init; } = 160;

    /// <summary>Width and height in pixels.</summary>
    public int Pixels { get; init; } = 64;

    /// <summary>Whether colour, texture and background are labels beside the class.</summary>
    public bool SeveralLabels { get; init; }

    internal static DrawnRecipe Read(Section section)
    {
        DrawnRecipe defaults = new();
        return new()
        {
            Seed = section.Int("seed", defaults.Seed, min: 0),
            ImagesPerClass = section.Int("images-per-class", defaults.ImagesPerClass, min: 16),
            Pixels = section.Int("pixels", defaults.Pixels, min: 8, max: 1024),
            SeveralLabels = section.Flag("several-labels", defaults.SeveralLabels),
        };
    }
}
