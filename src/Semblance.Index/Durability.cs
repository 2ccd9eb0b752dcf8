namespace Semblance.Index;

/// <summary>When an acknowledged write is on the disk.</summary>
/// <remarks>
/// <see cref="EveryCommit"/> (the default): before it is acknowledged; a power cut loses nothing that was acknowledged. Writes of many callers that
/// arrive together share one sync. <see cref="Every"/>: at most an interval later; a power cut may lose the writes of the last interval.
/// <see cref="None"/>: when the operating system pleases, or at <see cref="LiveIndex.Flush"/>. With each of them a process that is killed loses
/// nothing that was acknowledged, and what is left after a power cut is a state that the index was in, never half a write.
/// </remarks>
public readonly record struct Durability
{
    private readonly TimeSpan _delay;

    private Durability(TimeSpan delay) => _delay = delay;

    /// <summary>A write is on the disk before it is acknowledged.</summary>
    public static Durability EveryCommit => default;

    /// <summary>Writes are left to the operating system.</summary>
    public static Durability None => new(Timeout.InfiniteTimeSpan);

    /// <summary>The longest time from the acknowledgement to the disk; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no bound.</summary>
    public TimeSpan Delay => _delay;

    /// <summary>A write is on the disk at most an interval after it was acknowledged.</summary>
    /// <param name="interval">1 millisecond to 1 hour.</param>
    public static Durability Every(TimeSpan interval) =>
        interval >= TimeSpan.FromMilliseconds(1) && interval <= TimeSpan.FromHours(1)
            ? new Durability(interval)
            : throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval must be within 1 millisecond to 1 hour.");

    /// <summary>In words.</summary>
    public override string ToString() => _delay == TimeSpan.Zero ? "every commit" : _delay == Timeout.InfiniteTimeSpan ? "none" : $"every {_delay.TotalMilliseconds:0} ms";
}
