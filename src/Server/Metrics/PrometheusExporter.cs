using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Hpc.Server.Metrics;

/// <summary>Listens to every meter whose name begins with <c>Hpc</c> and writes what it heard as Prometheus text (version 0.0.4).</summary>
internal sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] SecondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

    private static readonly double[] BytesBounds = [1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824, 10737418240];

    private static readonly double[] OtherBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _scraping = new();

    public PrometheusExporter(Func<Meter, bool>? isWanted = null)
    {
        isWanted ??= meter => meter.Name.StartsWith("hpc", StringComparison.OrdinalIgnoreCase);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isWanted(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((MetricFamily)state!).Measure((double)value, tags));
        _listener.Start();
    }

    /// <summary>All metrics as text.</summary>
    public string Export()
    {
        lock (_scraping)
        {
            foreach (MetricFamily family in _families.Values)
            {
                if (family.IsObserved)
                {
                    foreach (MetricSeries series in family.Series)
                    {
                        series.IsPresent = false;
                    }
                }
            }

            _listener.RecordObservableInstruments();
            var text = new PrometheusText();
            long refused = 0;
            foreach (MetricFamily family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                text.Append(family);
                refused += family.Refused;
            }

            text.AppendCounter("hpc_metrics_measurements_refused_total", "Measurements dropped because their metric had too many label values.", refused);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private static MetricKind KindOf(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        return type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? MetricKind.Counter
            : type.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }

    private MetricFamily FamilyOf(Instrument instrument)
    {
        MetricKind kind = KindOf(instrument);
        string name = MetricName.Of(instrument, kind);
        bool isObserved = instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);
        return _families.GetOrAdd(name, _ => new MetricFamily(name, instrument.Description ?? "", kind, isObserved, kind == MetricKind.Histogram ? BoundsOf(instrument) : []));
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        double[]? advised = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray(),
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            _ => null,
        };
        return advised ?? instrument.Unit switch
        {
            "s" => SecondsBounds,
            "By" => BytesBounds,
            _ => OtherBounds,
        };
    }
}
