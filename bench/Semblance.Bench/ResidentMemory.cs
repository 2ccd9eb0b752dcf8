using System.Globalization;

namespace Semblance.Bench;

/// <summary>Memory of this process that is in RAM, in MiB.</summary>
internal static class ResidentMemory
{
    /// <summary>Now.</summary>
    public static double Now => Read("VmRSS");

    /// <summary>The most since the start, or since <see cref="ForgetPeak"/>.</summary>
    public static double Peak => Read("VmHWM");

    /// <summary>The peak begins anew from what is there now.</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static double Read(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
