using System.Diagnostics.Metrics;
using Hpc.Server.Metrics;

namespace Hpc.Server.Tests.Metrics;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly Meter _meter = new("Hpc.Test." + Guid.NewGuid().ToString("N"));
    private readonly PrometheusExporter _exporter;

    public PrometheusExporterTests() => _exporter = new PrometheusExporter(meter => meter == _meter);

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_has_help_type_and_labels()
    {
        Counter<long> logins = _meter.CreateCounter<long>("hpc.logins", description: "Login attempts.");
        logins.Add(2, new KeyValuePair<string, object?>("method", "password"), new KeyValuePair<string, object?>("outcome", "accepted"));
        logins.Add(1, new KeyValuePair<string, object?>("method", "password"), new KeyValuePair<string, object?>("outcome", "accepted"));
        Own().ShouldBe("""
            # HELP hpc_logins_total Login attempts.
            # TYPE hpc_logins_total counter
            hpc_logins_total{method="password",outcome="accepted"} 3

            """);
    }

    [Fact]
    public void Units_and_the_prefix_are_added_once()
    {
        _meter.CreateCounter<long>("sftp.bytes", "By").Add(1);
        _meter.CreateCounter<long>("hpc_things_total").Add(1);
        string text = Own();
        text.ShouldContain("\nhpc_sftp_bytes_total 1\n");
        text.ShouldContain("\nhpc_things_total 1\n");
    }

    [Fact]
    public void Up_down_counters_and_gauges_are_gauges()
    {
        UpDownCounter<int> open = _meter.CreateUpDownCounter<int>("hpc.connections.active");
        open.Add(3);
        open.Add(-1);
        _meter.CreateObservableGauge("hpc.buffers.limit", () => 7L, "By");
        string text = Own();
        text.ShouldContain("# TYPE hpc_connections_active gauge\nhpc_connections_active 2\n");
        text.ShouldContain("# TYPE hpc_buffers_limit_bytes gauge\nhpc_buffers_limit_bytes 7\n");
    }

    [Fact]
    public void An_observed_counter_is_set_and_not_added()
    {
        _meter.CreateObservableCounter("hpc.seen", () => 5L);
        Own();
        Own().ShouldContain("\nhpc_seen_total 5\n");
    }

    [Fact]
    public void A_value_that_is_no_longer_observed_disappears()
    {
        bool isThere = true;
        _meter.CreateObservableGauge<int>("hpc.sometimes", () => isThere ? [new Measurement<int>(1)] : []);
        Own().ShouldContain("hpc_sometimes 1");
        isThere = false;
        Own().ShouldBeEmpty();
    }

    [Fact]
    public void Buckets_of_a_histogram_add_up()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] };
        Histogram<double> durations = _meter.CreateHistogram("hpc.operation.duration", "s", "Time.", advice: advice);
        durations.Record(0.1);
        durations.Record(0.5);
        durations.Record(30);
        Own().ShouldBe("""
            # HELP hpc_operation_duration_seconds Time.
            # TYPE hpc_operation_duration_seconds histogram
            hpc_operation_duration_seconds_bucket{le="0.1"} 1
            hpc_operation_duration_seconds_bucket{le="1"} 2
            hpc_operation_duration_seconds_bucket{le="+Inf"} 3
            hpc_operation_duration_seconds_sum 30.6
            hpc_operation_duration_seconds_count 3

            """);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        _meter.CreateCounter<int>("hpc.x").Add(1, new KeyValuePair<string, object?>("end.reason", "a\"b\\c\nd"));
        Own().ShouldContain("hpc_x_total{end_reason=\"a\\\"b\\\\c\\nd\"} 1");
    }

    [Fact]
    public void A_label_without_bound_cannot_fill_the_memory()
    {
        Counter<int> counter = _meter.CreateCounter<int>("hpc.wild");
        for (int i = 0; i < MetricFamily.MaxSeries + 10; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        string text = _exporter.Export();
        text.Split('\n').Count(line => line.StartsWith("hpc_wild_total{", StringComparison.Ordinal)).ShouldBe(MetricFamily.MaxSeries);
        text.ShouldContain("hpc_metrics_measurements_refused_total 10\n");
    }

    [Fact]
    public void Threads_that_count_at_the_same_time_lose_nothing()
    {
        Counter<long> counter = _meter.CreateCounter<long>("hpc.parallel");
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("kind", "x"));
            }
        });
        Own().ShouldContain("hpc_parallel_total{kind=\"x\"} 80000");
    }

    [Fact]
    public void The_process_shows_its_memory_and_processor_time()
    {
        using var exporter = new PrometheusExporter(meter => meter.Name == "Hpc.Process");
        using var process = new ProcessMetrics();
        string text = exporter.Export();
        foreach (string name in new[] { "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds", "dotnet_gc_heap_size_bytes", "dotnet_gc_pause_seconds_total", "dotnet_gc_collections_total" })
        {
            text.ShouldContain("# TYPE " + name + " ");
        }
    }

    // Without the exporter's own metric.
    private string Own()
    {
        string text = _exporter.Export();
        return text[..text.IndexOf("# HELP hpc_metrics_measurements_refused_total", StringComparison.Ordinal)];
    }
}
