using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Semblance.Serving.Http.Metrics;

/// <summary>One instrument with all its series.</summary>
internal sealed class MetricFamily
{
    private static readonly double[] Seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<SeriesKey, MetricSeries> _series = new();
    private readonly string _help;
    private readonly string _kind;
    private readonly double[]? _bounds;
    private readonly bool _observed;

    private MetricFamily(string name, string kind, string help, bool observed, double[]? bounds) => (Name, _kind, _help, _observed, _bounds) = (name, kind, help, observed, bounds);

    /// <summary>Its name as Prometheus writes it.</summary>
    public string Name { get; }

    /// <summary>The family of an instrument; null for a kind that is not known.</summary>
    public static MetricFamily? Of(Instrument instrument)
    {
        string unit = instrument.Unit == "s" ? "_seconds" : instrument.Unit == "By" ? "_bytes" : "";
        string name = instrument.Name.Replace('.', '_').Replace('-', '_') + unit, help = instrument.Description ?? instrument.Name;
        return instrument switch
        {
            Counter<int> or Counter<long> or Counter<double> => new(name + "_total", "counter", help, false, null),
            UpDownCounter<int> or UpDownCounter<long> => new(name, "gauge", help, false, null),
            ObservableCounter<long> or ObservableCounter<double> => new(name + "_total", "counter", help, true, null),
            ObservableGauge<int> or ObservableGauge<long> or ObservableGauge<double> => new(name, "gauge", help, true, null),
            Histogram<int> histogram => new(name, "histogram", help, false, BoundsOf(histogram.Advice)),
            Histogram<double> histogram => new(name, "histogram", help, false, BoundsOf(histogram.Advice)),
            _ => null,
        };
    }

    /// <summary>Takes a measurement. Tags beyond the third do not count.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        SeriesKey key = new(tags.Length > 0 ? tags[0].Value : null, tags.Length > 1 ? tags[1].Value : null, tags.Length > 2 ? tags[2].Value : null);
        if (!_series.TryGetValue(key, out MetricSeries? series))
        {
            series = _series.GetOrAdd(key, new MetricSeries(Labels(tags), _bounds));
        }
        if (_observed)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Writes it in Prometheus's text format.</summary>
    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(_help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(_kind).Append('\n');
        foreach (MetricSeries series in _series.Values)
        {
            series.Write(text, Name);
        }
    }

    private static double[] BoundsOf<T>(InstrumentAdvice<T>? advice)
        where T : struct => advice?.HistogramBucketBoundaries is { } bounds ? [.. bounds.Select(bound => Convert.ToDouble(bound, CultureInfo.InvariantCulture))] : Seconds;

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder text = new();
        foreach ((string name, object? value) in tags)
        {
            string shown = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 0 ? "," : "").Append(name.Replace('.', '_')).Append("=\"").Append(shown).Append('"');
        }
        return text.ToString();
    }

    private readonly record struct SeriesKey(object? First, object? Second, object? Third);
}
