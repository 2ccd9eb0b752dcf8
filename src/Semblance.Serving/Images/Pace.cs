using System.Diagnostics;

namespace Semblance.Serving.Images;

/// <summary>How fast images are done, by the last ones; for the time after which a refused caller may try again.</summary>
internal sealed class Pace
{
    private const int Kept = 64;
    private readonly long[] _times = new long[Kept];
    private long _done;

    /// <summary>An image was done.</summary>
    public void Tick()
    {
        lock (_times)
        {
            _times[_done++ % Kept] = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>The time that so many images will take: whole seconds, 1 to 30.</summary>
    public TimeSpan Of(int images)
    {
        lock (_times)
        {
            long known = Math.Min(_done, Kept);
            if (known < 2)
            {
                return TimeSpan.FromSeconds(1);
            }
            TimeSpan span = Stopwatch.GetElapsedTime(_times[(_done - known) % Kept], _times[(_done - 1) % Kept]);
            return TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(span.TotalSeconds * images / (known - 1)), 1, 30));
        }
    }
}
