using System.Globalization;
using Semblance.Data;
using Semblance.Data.Drawn;
using Semblance.Data.Loading;
using Semblance.Data.Mosaics;
using Semblance.Tensors.Images;

namespace Semblance.Training;

/// <summary>Opens the images of a recipe and says how they are seen.</summary>
public static class DataOpening
{
    /// <summary>Opens the data set; draws it first where the recipe asks for drawn images that are not there yet.</summary>
    /// <exception cref="InvalidDataException">The path is missing, or what lies there does not fit.</exception>
    public static Dataset Open(DataRecipe recipe, int threads, Action<int, int>? drawing = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Source switch
        {
            DataSource.Drawn => OpenDrawn(recipe, threads, drawing, cancellation),
            DataSource.Mosaic => Mosaic.Of(OpenStored(recipe, recipe.Mosaic.Of), recipe.Mosaic.ToOptions()),
            _ => OpenStored(recipe, recipe.Source),
        };
    }

    private static Dataset OpenStored(DataRecipe recipe, DataSource source)
    {
        DatasetKind kind = source switch
        {
            DataSource.Folder => DatasetKind.Folders,
            DataSource.Manifest => DatasetKind.Csv,
            DataSource.Tar => DatasetKind.Tar,
            DataSource.Cifar => DatasetKind.Cifar,
            DataSource.JpgsGz => DatasetKind.Records,
            DataSource.Cub => DatasetKind.Cub,
            DataSource.Cars => DatasetKind.Cars,
            DataSource.Sop => DatasetKind.OnlineProducts,
            DataSource.InShop => DatasetKind.InShop,
            DataSource.List => DatasetKind.List,
            DataSource.Inat => DatasetKind.INaturalist,
            DataSource.Omniglot => DatasetKind.Omniglot,
            DataSource.Coco => DatasetKind.Coco,
            DataSource.NusWide => DatasetKind.NusWide,
            DataSource.Mirflickr => DatasetKind.MirFlickr,
            DataSource.Voc => DatasetKind.Voc,
            DataSource.Webvision => DatasetKind.WebVision,
            DataSource.Clothing1m => DatasetKind.Clothing1M,
            DataSource.Food101 => DatasetKind.Food101,
            DataSource.Food101n => DatasetKind.Food101N,
            _ => DatasetKind.Auto,
        };
        DatasetOptions options = new() { LabelFile = recipe.Labels ?? "", LabelColumn = recipe.LabelColumn ?? "", ImageFolder = recipe.Images ?? "" };
        Dataset data = DatasetSource.Open(recipe.Path!, kind, options);
        return data.ClassNames.Count > 0
            ? SplitByClass(HashSplit.Of(recipe.Protocol)?.Reduce(data) ?? data, recipe.SplitClasses)
            : throw new InvalidDataException($"{recipe.Path} has images but no labels; training and evaluation need a class folder for each class, or a table of labels (data.labels).");
    }

    /// <summary>What is done to each image before the model sees it.</summary>
    /// <param name="recipe">The images.</param>
    /// <param name="augment">Whether random changes are made, as in training.</param>
    public static ImageTransform Transform(DataRecipe recipe, bool augment)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Transform(recipe, augment ? recipe.Augment : new());
    }

    /// <summary>What is done to each training image for its second view; null where the recipe has none.</summary>
    /// <param name="recipe">The images.</param>
    public static ImageTransform? SecondView(DataRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.SecondView is { } second ? Transform(recipe, second) : null;
    }

    private static ImageTransform Transform(DataRecipe recipe, AugmentRecipe augment)
    {
        return new ImageTransform
        {
            Size = recipe.Size,
            Resize = recipe.Resize ?? 0,
            Stretch = recipe.Fit == Fit.Stretch,
            Normalization = new Normalization([.. recipe.Mean.Select(value => (float)value)], [.. recipe.Std.Select(value => (float)value)], recipe.Normalization == PixelValues.Caffe),
            Augmentation = augment.IsOn ? Augment(augment) : null,
        };
    }

    /// <summary>Gives images the split of their class.</summary>
    private static Dataset SplitByClass(Dataset data, ValueList<ClassSplitRecipe> splits)
    {
        if (splits.Count == 0)
        {
            return data;
        }
        ClassSplitRecipe?[] found = [.. data.ClassNames.Select(name => splits.FirstOrDefault(split => NamePattern.Matches(split.Match, name)))];
        return splits.FirstOrDefault(split => !found.Contains(split)) is { } idle
            ? throw new InvalidDataException($"data.split-classes: \"{idle.Match}\" matches no class of {data.Name} that none before it does; its classes are called such as \"{data.ClassNames[0]}\". Correct or remove the line.")
            : data.WithSplits([.. data.Items.Select(item => item.Labels.Length > 0 ? found[item.Labels[0]]?.Split ?? item.Split : item.Split)]);
    }

    private static Augmentation Augment(AugmentRecipe recipe) => new()
    {
        RandomResizedCrop = recipe.RandomResizedCrop is not null,
        MinScale = recipe.RandomResizedCrop?.Scale[0] ?? 1,
        MaxScale = recipe.RandomResizedCrop?.Scale[1] ?? 1,
        MinAspect = recipe.RandomResizedCrop?.Aspect[0] ?? 1,
        MaxAspect = recipe.RandomResizedCrop?.Aspect[1] ?? 1,
        FlipProbability = recipe.Flip ? 0.5 : 0,
        Pad = recipe.PadCrop,
        Brightness = recipe.Jitter.Brightness,
        Contrast = recipe.Jitter.Contrast,
        Saturation = recipe.Jitter.Saturation,
        Hue = recipe.Jitter.Hue,
        ColourProbability = recipe.Jitter.Probability,
        AutoAugment = recipe.AutoAugment == AugmentPolicy.Cifar10,
        RandAugment = recipe.RandAugment?.ToOptions(),
        GreyProbability = recipe.Grayscale,
        BlurProbability = recipe.Blur?.Probability ?? 0,
        MinBlur = recipe.Blur?.Sigma[0] ?? 1,
        MaxBlur = recipe.Blur?.Sigma[1] ?? 1,
        CutoutHoles = recipe.Cutout?.Holes ?? 0,
        CutoutSide = recipe.Cutout?.Side ?? 1,
    };

    private static Dataset OpenDrawn(DataRecipe recipe, int threads, Action<int, int>? drawing, CancellationToken cancellation)
    {
        DrawnRecipe drawn = recipe.Drawn;
        string folder = recipe.Path ?? string.Create(CultureInfo.InvariantCulture, $"drawn-{drawn.Seed}-{drawn.ImagesPerClass}-{drawn.Pixels}");
        string manifest = Path.Combine(folder, drawn.SeveralLabels ? DrawnSet.MultiLabelManifestName : DrawnSet.ManifestName);
        if (!File.Exists(manifest))
        {
            DrawnOptions options = new() { Seed = drawn.Seed, ImagesPerClass = drawn.ImagesPerClass, Size = drawn.Pixels, Threads = threads };
            DrawnSet.Write(folder, options, drawing is null ? null : new Relay(drawing), cancellation);
        }
        return SplitByClass(DatasetSource.Open(manifest, DatasetKind.Csv, new DatasetOptions { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) }), recipe.SplitClasses);
    }

    // Progress<T> would report on other threads, after the drawing has ended.
    private sealed class Relay(Action<int, int> report) : IProgress<DrawnProgress>
    {
        public void Report(DrawnProgress value) => report(value.Done, value.Total);
    }
}
