namespace Semblance.Tests.Serving.Security;

/// <summary>A clock that passes when it is told to.</summary>
internal sealed class Clock : TimeProvider
{
    private DateTimeOffset _now = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => _now += time;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;
}
