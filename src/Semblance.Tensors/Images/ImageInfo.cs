namespace Semblance.Tensors.Images;

/// <summary>What the header of an image says, read without decoding the pixels.</summary>
/// <param name="Width">Pixels across, as shown (the orientation is applied).</param>
/// <param name="Height">Pixels down, as shown.</param>
/// <param name="Format">The format found by content.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8; 1 where there is none.</param>
public readonly record struct ImageInfo(int Width, int Height, ImageFormat Format, int Orientation);

/// <summary>Why an image could not be read.</summary>
public enum ImageFault
{
    /// <summary>It could be read.</summary>
    None = 0,

    /// <summary>0 bytes.</summary>
    Empty = 1,

    /// <summary>By its content it is none of the formats that are read.</summary>
    Unknown = 2,

    /// <summary>The header promises more pixels than the limit; nothing was decoded.</summary>
    TooLarge = 3,

    /// <summary>Cut off or damaged.</summary>
    Damaged = 4,

    /// <summary>The caller asked for something impossible, such as a box outside the image.</summary>
    Argument = 5,

    /// <summary>The decoder itself failed, for instance for lack of memory.</summary>
    Internal = 6,

    /// <summary>The file itself cannot be read.</summary>
    Unreadable = 7,
}

/// <summary>A failed read of an image.</summary>
/// <param name="Fault">The kind of failure.</param>
/// <param name="Message">What was found, in one line without a full stop.</param>
public readonly record struct ImageProblem(ImageFault Fault, string Message)
{
    /// <summary>The failure as a sentence that names the image and says what to do.</summary>
    /// <param name="name">The image: its path, or its place in an archive.</param>
    public string Describe(string name) => $"{name}: {Message}. {Advice}";

    private string Advice => Fault switch
    {
        ImageFault.Empty or ImageFault.Damaged => "Copy the file again from its source, or remove it.",
        ImageFault.Unknown => "Convert the file, or remove it.",
        ImageFault.TooLarge => "Shrink the image, or raise the pixel limit.",
        ImageFault.Unreadable => "Check that the file is there and that you may read it.",
        ImageFault.Argument => "Ask for a part of the image.",
        _ => "Free memory, or decode fewer images at a time.",
    };
}
