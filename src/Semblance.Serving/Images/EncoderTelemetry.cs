using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Semblance.Serving.Images;

/// <summary>What the encoder tells of itself: meter and activity source <c>Semblance.Serving</c>.</summary>
internal static class EncoderTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Semblance.Serving";

    private static readonly Meter Meter = new(Name);

    /// <summary>Spans of decoding and encoding.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Images that wait or are worked on.</summary>
    public static UpDownCounter<int> Waiting { get; } = Meter.CreateUpDownCounter<int>("semblance.encoder.queue.length", "{image}", "Images that wait for the encoder or are in it.");

    /// <summary>Images of a batch that the model saw.</summary>
    public static Histogram<int> BatchSize { get; } = Meter.CreateHistogram("semblance.encoder.batch.size", "{image}", "Images that the model saw at once.", null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

    /// <summary>Seconds that decoding an image took.</summary>
    public static Histogram<double> DecodeSeconds { get; } = Seconds("semblance.image.decode.duration", "Time to decode an image.");

    /// <summary>Seconds that the model took for a batch.</summary>
    public static Histogram<double> EncodeSeconds { get; } = Seconds("semblance.encoder.encode.duration", "Time of the model for a batch.");

    private static Counter<long> Rejections { get; } = Meter.CreateCounter<long>("semblance.encoder.rejections", "{image}", "Images that were not encoded, by reason.");

    /// <summary>Counts an image that was not encoded.</summary>
    public static void Rejected(string reason) => Rejections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static Histogram<double> Seconds(string name, string description) =>
        Meter.CreateHistogram(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });
}
