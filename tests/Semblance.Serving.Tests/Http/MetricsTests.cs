using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Semblance.Index;
using Semblance.Serving.Http.Metrics;
using Xunit;

namespace Semblance.Tests.Serving.Http;

public sealed class MetricsTests
{
    [Fact]
    public async Task Requests_searches_and_items_are_counted()
    {
        await using TestServer server = await TestServer.StartAsync(Collection.Items(20, 96, IdKind.Text));
        for (int i = 0; i < 3; i++)
        {
            await server.PostAsync("/v1/search/code", """{"code": "000102030405060708090a0b", "k": 4}""");
        }
        await server.PostAsync("/v1/search/code", "{}");
        await server.GetAsync("/v1/nothing");
        Reply reply = await server.GetAsync("/metrics");
        Assert.Equal("text/plain", reply.MediaType);

        Assert.Equal(3, Value(reply, """semblance_http_requests_total{method="POST",route="/v1/search/code",status="200"}"""));
        Assert.Equal(1, Value(reply, """semblance_http_requests_total{method="POST",route="/v1/search/code",status="400"}"""));
        Assert.Equal(1, Value(reply, """semblance_http_requests_total{method="GET",route="none",status="404"}"""));
        Assert.Equal(4, Value(reply, """semblance_http_request_duration_seconds_count{route="/v1/search/code"}"""));
        Assert.Equal(4, Value(reply, """semblance_http_request_duration_seconds_bucket{route="/v1/search/code",le="+Inf"}"""));
        Assert.Equal(3, Value(reply, "semblance_search_duration_seconds_count"));
        Assert.Equal(12, Value(reply, "semblance_search_hits_total"));
        Assert.Equal(20, Value(reply, "semblance_items"));
        Assert.True(Value(reply, "process_resident_memory_bytes") > 1e6);
        Assert.True(Value(reply, """dotnet_gc_collections_total{generation="0"}""") >= 0);
    }

    [Fact]
    public void The_text_is_what_prometheus_reads()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory factory = services.GetRequiredService<IMeterFactory>();
        using PrometheusExporter exporter = new(factory);
        Meter meter = factory.Create(ServiceMetrics.Name);
        Counter<long> counter = meter.CreateCounter<long>("a.count", null, "Back\\slash\nand line.");
        Histogram<double> histogram = meter.CreateHistogram("b.time", "s", "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        UpDownCounter<int> gauge = meter.CreateUpDownCounter<int>("c.length");
        counter.Add(2, new KeyValuePair<string, object?>("say", "a \"b\" \\ \n"));
        histogram.Record(0.5);
        histogram.Record(0.75);
        histogram.Record(7);
        gauge.Add(3);
        gauge.Add(-1);

        string text = exporter.Write();
        Assert.Contains("# HELP a_count_total Back\\\\slash\\nand line.\n# TYPE a_count_total counter\na_count_total{say=\"a \\\"b\\\" \\\\ \\n\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE b_time_seconds histogram\nb_time_seconds_bucket{le=\"0.5\"} 1\nb_time_seconds_bucket{le=\"1\"} 2\nb_time_seconds_bucket{le=\"+Inf\"} 3\nb_time_seconds_sum 8.25\nb_time_seconds_count 3\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE c_length gauge\nc_length 2\n", text, StringComparison.Ordinal);
    }

    private static double Value(Reply reply, string series) =>
        double.Parse(reply.Text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
