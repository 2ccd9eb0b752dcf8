namespace Semblance.Serving.Images;

/// <summary>Why an image was not accepted.</summary>
public enum ImageRefusal
{
    /// <summary>It is not about an image.</summary>
    None,

    /// <summary>0 bytes.</summary>
    Empty,

    /// <summary>More bytes than the limit.</summary>
    TooManyBytes,

    /// <summary>By its content it is none of the formats that are read.</summary>
    NotAnImage,

    /// <summary>The header promises more pixels than the limit; nothing was decoded.</summary>
    TooManyPixels,

    /// <summary>Cut off or damaged.</summary>
    Damaged,

    /// <summary>Decoding took longer than the limit.</summary>
    TooSlow,
}

/// <summary>The reasons of refused images, carried by the <see cref="InvalidDataException"/> that refuses them.</summary>
public static class ImageRefusals
{
    private const string Key = "Semblance.ImageRefusal";

    /// <summary>Why an exception refuses an image; <see cref="ImageRefusal.None"/> where it is about something else.</summary>
    /// <param name="exception">What was thrown.</param>
    public static ImageRefusal Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception is InvalidDataException && exception.Data[Key] is ImageRefusal reason ? reason : ImageRefusal.None;
    }

    internal static InvalidDataException Make(ImageRefusal reason, string message)
    {
        EncoderTelemetry.Rejected(reason.ToString());
        return new InvalidDataException(message) { Data = { [Key] = reason } };
    }
}
