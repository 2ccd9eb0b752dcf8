namespace Semblance.Data.Drawn;

/// <summary>How large a drawn set is and from which seed.</summary>
public sealed record DrawnOptions
{
    /// <summary>The same seed gives the same pictures, byte for byte, on any machine and for any number of threads.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Pictures of each class, at least 16; how they are shared out: <see cref="DrawnSet.SplitOf"/>.</summary>
    public int ImagesPerClass
    {
        get;
        init => field = value >= 16 ? value : throw new ArgumentOutOfRangeException(nameof(ImagesPerClass), value, "A class needs 16 pictures or more, so that every split has some.");
    } = 160;

    /// <summary>Width and height in pixels; 8 to 1024.</summary>
    public int Size
    {
        get;
        init => field = value is >= 8 and <= 1024 ? value : throw new ArgumentOutOfRangeException(nameof(Size), value, "A picture is 8 to 1024 pixels wide.");
    } = 64;

    /// <summary>Threads that draw; 0 for one a processor.</summary>
    public int Threads
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "Threads must be 0 (one a processor) or more.");
    }
}
