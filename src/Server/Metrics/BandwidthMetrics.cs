using System.Diagnostics.Metrics;
using System.Text.Json;
using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Server.Metrics;

/// <summary>Shows what limits of speed do, by kind of limit and direction; never by name.</summary>
internal static class BandwidthMetrics
{
    public static void Add(Meter meter, BandwidthKeeper bandwidth)
    {
        meter.CreateObservableGauge("hpc_bandwidth_scopes", () => Of(bandwidth, static counters => counters.Scopes), null, "Bandwidth limits in use, by kind and direction.");
        meter.CreateObservableGauge(
            "hpc_bandwidth_waiting", () => Of(bandwidth, static counters => counters.Waiting), null, "Transfers that wait for bandwidth, once for each kind of limit on their way.");
        meter.CreateObservableCounter(
            "hpc_bandwidth_waits", () => Of(bandwidth, static counters => counters.Waits), null, "Times that a transfer had to wait for bandwidth, by the kind of limit that held it up.");
        meter.CreateObservableCounter("hpc_bandwidth_paced", () => Of(bandwidth, static counters => counters.Moved), "By", "Bytes that passed bandwidth limits, by kind and direction.");
        meter.CreateObservableCounter("hpc_bandwidth_faults", () => bandwidth.Faults, null, "Transfers and rounds of the bandwidth limits that ended by a fault.");
    }

    private static IEnumerable<Measurement<long>> Of(BandwidthKeeper bandwidth, Func<BandwidthCounters, long> value) =>
        bandwidth.Count().Select(counters => new Measurement<long>(
            value(counters),
            new KeyValuePair<string, object?>("limit", JsonNamingPolicy.SnakeCaseLower.ConvertName(counters.Kind.ToString())),
            new KeyValuePair<string, object?>("direction", counters.IsUpload ? "upload" : "download")));
}
