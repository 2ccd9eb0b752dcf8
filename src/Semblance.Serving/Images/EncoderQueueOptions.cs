using System.Runtime.CompilerServices;

namespace Semblance.Serving.Images;

/// <summary>Settings of an <see cref="EncoderQueue"/>.</summary>
public sealed record EncoderQueueOptions
{
    /// <summary>What is accepted of an image. Not used where <see cref="Intake"/> is given.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The gate that images come through, where it is shared with others, and stays the caller's; null for one of its own.</summary>
    public ImageIntake? Intake { get; init; }

    /// <summary>Threads that decode; 0 for one a processor, at least two. Not used where <see cref="Intake"/> is given.</summary>
    public int DecodeThreads { get; init => field = AtLeast(value, 0); }

    /// <summary>Batches that the model works on at the same time; 0 for two, or one where there is one processor.</summary>
    /// <remarks>With two an image that comes while a batch is worked on need not wait for its end. The weights are shared.</remarks>
    public int ModelWorkers { get; init => field = AtLeast(value, 0); }

    /// <summary>Threads of the model for each batch; 0 for as many as make one a processor.</summary>
    public int ModelThreads { get; init => field = AtLeast(value, 0); }

    /// <summary>Images of a batch, at least 1.</summary>
    public int MaxBatch { get; init => field = AtLeast(value, 1); } = 16;

    /// <summary>How long a batch of fewer than six images waits while others are decoded or in the model; 4 ms unless said otherwise, at most 100 ms.</summary>
    /// <remarks>An image that is alone never waits.</remarks>
    public TimeSpan Linger { get; init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromMilliseconds(100) ? value : throw new ArgumentOutOfRangeException(nameof(Linger), value, "0 to 100 ms are needed."); } = TimeSpan.FromMilliseconds(4);

    /// <summary>Images that may wait or be worked on; further ones are refused until there is room.</summary>
    public int MaxWaiting { get; init => field = AtLeast(value, 1); } = 128;

    /// <summary>Bytes of files that may wait or be worked on.</summary>
    public long MaxWaitingBytes { get; init; } = 256 << 20;

    /// <summary>Where the model is: cpu or cuda[:N].</summary>
    public string Device { get; init; } = "cpu";

    private static int AtLeast(int value, int minimum, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum, name);
        return value;
    }
}
