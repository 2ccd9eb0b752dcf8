using System.Diagnostics;

namespace Semblance.Bench;

/// <summary>Seconds that a piece of work took: by the clock, and of all threads of its process.</summary>
internal readonly record struct Cost(double Wall, double Cpu)
{
    /// <summary>Measures work in this process.</summary>
    /// <param name="count">How many pieces the work consists of; the cost is that of one.</param>
    /// <param name="work">The work.</param>
    public static Cost Of(int count, Action work)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Cost(wall / count, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / count);
    }
}
