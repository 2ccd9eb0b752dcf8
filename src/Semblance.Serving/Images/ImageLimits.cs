namespace Semblance.Serving.Images;

/// <summary>What is accepted of an image that somebody sends.</summary>
public sealed record ImageLimits
{
    /// <summary>Bytes of a file; 20 MiB unless said otherwise.</summary>
    public long MaxBytes { get; init => field = Above(value, 0, nameof(MaxBytes)); } = 20 << 20;

    /// <summary>Pixels, by the header, before anything is decoded; 50 million unless said otherwise.</summary>
    /// <remarks>Decoding takes 3 bytes a pixel for most files and up to 8 for interlaced PNG and progressive JPEG; as many images at a time as there are threads that decode.</remarks>
    public long MaxPixels { get; init => field = Above(value, 0, nameof(MaxPixels)); } = 50_000_000;

    /// <summary>How long decoding may take before the caller is told that it took too long; 10 seconds unless said otherwise.</summary>
    public TimeSpan DecodeTime { get; init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(DecodeTime), value, "A time above 0 is needed."); } = TimeSpan.FromSeconds(10);

    private static long Above(long value, long bound, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, bound, name);
        return value;
    }
}
