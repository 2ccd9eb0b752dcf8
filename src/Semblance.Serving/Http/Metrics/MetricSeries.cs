using System.Globalization;
using System.Text;

namespace Semblance.Serving.Http.Metrics;

/// <summary>What was measured of one instrument with the same tags. Safe for concurrent use.</summary>
/// <param name="labels">The tags as Prometheus writes them, without braces; empty for none.</param>
/// <param name="bounds">Upper bounds of the buckets of a histogram; null for a plain number.</param>
internal sealed class MetricSeries(string labels, double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[(bounds?.Length ?? 0) + 1];
    private double _sum;

    /// <summary>Adds to a sum, or a value to a histogram.</summary>
    public void Add(double value)
    {
        int bucket = bounds is null ? 0 : BucketOf(value);
        lock (_lock)
        {
            _sum += value;
            _buckets[bucket]++;
        }
    }

    /// <summary>Replaces a value that is observed.</summary>
    public void Set(double value)
    {
        lock (_lock)
        {
            _sum = value;
        }
    }

    /// <summary>Writes it in Prometheus's text format.</summary>
    public void Write(StringBuilder text, string name)
    {
        lock (_lock)
        {
            if (bounds is null)
            {
                Line(text, name, labels, _sum);
                return;
            }
            long count = 0;
            for (int i = 0; i < _buckets.Length; i++)
            {
                count += _buckets[i];
                string bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", count);
            }
            Line(text, name + "_sum", labels, _sum);
            Line(text, name + "_count", labels, count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private int BucketOf(double value)
    {
        int bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket])
        {
            bucket++;
        }
        return bucket;
    }
}
