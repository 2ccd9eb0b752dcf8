using System.Globalization;

namespace Semblance.Training;

/// <summary>Where wrong labels come from.</summary>
public enum NoiseKind
{
    /// <summary>Some labels are drawn anew among all classes, their own among them.</summary>
    Symmetric,

    /// <summary>Some labels are drawn among the other classes.</summary>
    SymmetricOthers,

    /// <summary>Some labels become that of the next class.</summary>
    Pair,

    /// <summary>As a matrix says, how often each class is observed as each.</summary>
    Matrix,

    /// <summary>Some labels become others by what the image looks like.</summary>
    Instance,

    /// <summary>People gave them: a column of a table.</summary>
    File,
}

/// <summary>How the labels of the training images are spoilt.</summary>
public sealed record NoiseRecipe
{
    /// <summary>Where wrong labels come from.</summary>
    public NoiseKind Kind { get; init; } = NoiseKind.Symmetric;

    /// <summary>How many labels are drawn anew, 0 to 1; null where that is not the question.</summary>
    public double? Rate { get; init; }

    /// <summary>How often each class is observed as each, a row a class.</summary>
    public ValueList<ValueList<double>> Matrix { get; init; } = [];

    /// <summary>A file with that matrix, where the recipe does not hold it.</summary>
    public string? MatrixFile { get; init; }

    /// <summary>The table with the labels that people gave.</summary>
    public string? File { get; init; }

    /// <summary>Its column.</summary>
    public string? Column { get; init; }

    /// <summary>The split that it is about; null for the training split where the data name it, else for all images.</summary>
    public string? Split { get; init; }

    /// <summary>Seed of the drawing.</summary>
    public int Seed { get; init; }

    /// <summary>As a protocol names it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"noise {Phrases.Kebab(Kind)}{Kind switch
    {
        NoiseKind.File => $" {System.IO.Path.GetFileName(File)} {Column}",
        NoiseKind.Matrix => $" seed {Seed}",
        _ => $" {Rate} seed {Seed}",
    }}");

    internal static NoiseRecipe Read(Section section)
    {
        NoiseRecipe defaults = new();
        NoiseKind kind = section.Choice("kind", defaults.Kind);
        Section drawn = section.When(kind is not (NoiseKind.Matrix or NoiseKind.File), "kind: symmetric, symmetric-others, pair or instance");
        Section matrix = section.When(kind == NoiseKind.Matrix, "kind: matrix"), file = section.When(kind == NoiseKind.File, "kind: file");
        NoiseRecipe read = new()
        {
            Kind = kind,
            Rate = drawn.NumberOrNull("rate", defaults.Rate, min: 0, max: 1),
            Matrix = matrix.Rows("matrix", defaults.Matrix, min: 0, max: 1),
            MatrixFile = matrix.TextOrNull("matrix-file", defaults.MatrixFile),
            File = file.TextOrNull("file", defaults.File),
            Column = file.TextOrNull("column", defaults.Column),
            Split = file.TextOrNull("split", defaults.Split),
            Seed = section.When(kind != NoiseKind.File, "another kind than file").Int("seed", defaults.Seed, min: 0),
        };
        if (kind is not (NoiseKind.Matrix or NoiseKind.File) && read.Rate is null)
        {
            section.Fault("rate", $"{section.Path}.rate is missing; how many labels are drawn anew is needed, a number from 0 to 1.");
        }
        if (kind == NoiseKind.Matrix && read.MatrixFile is null == (read.Matrix.Count == 0))
        {
            section.Fault("matrix", $"{section.Path} has {(read.MatrixFile is null ? "neither matrix nor matrix-file" : "both matrix and matrix-file")}; one of the two is needed.");
        }
        if (kind == NoiseKind.File && (read.File is null || read.Column is null))
        {
            section.Fault("file", $"{section.Path} needs a file, and the column of it that holds the observed labels.");
        }
        return read;
    }
}
