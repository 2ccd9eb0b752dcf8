namespace Semblance.Index.Planning;

/// <summary>The mean of what was measured lately. Safe for several threads.</summary>
/// <remarks>
/// The first measurements, taken while the program is still being compiled, do not count. One that is far above the mean, as when another program
/// takes the processor, counts as a few times the mean.
/// </remarks>
internal sealed class RunningMean
{
    private const int Warmup = 2;
    private const int Memory = 64;
    private const double LargestFactor = 8;
    private readonly Lock _lock = new();
    private double _mean;
    private long _seen;

    /// <summary>Measurements that count.</summary>
    public long Samples
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(0, _seen - Warmup);
            }
        }
    }

    /// <summary>The mean, or another value where nothing has been measured.</summary>
    public double Or(double other)
    {
        lock (_lock)
        {
            return _seen > Warmup ? _mean : other;
        }
    }

    /// <summary>Takes a measurement.</summary>
    public void Add(double value)
    {
        lock (_lock)
        {
            long sample = ++_seen - Warmup;
            if (sample >= 1)
            {
                double clipped = sample > 4 ? Math.Min(value, LargestFactor * _mean) : value;
                _mean += (clipped - _mean) / Math.Min(sample, Memory);
            }
        }
    }
}
