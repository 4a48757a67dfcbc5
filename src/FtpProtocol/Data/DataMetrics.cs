using System.Diagnostics.Metrics;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Data;

/// <summary>Metrics of data connections; the exporter turns names into Prometheus ones.</summary>
internal static class DataMetrics
{
    private static readonly Meter Meter = new(FtpMetrics.MeterName);

    /// <summary>Connections to passive ports that were not the client's.</summary>
    public static Counter<long> Strangers { get; } = Meter.CreateCounter<long>("hpc_ftp_data_strangers", description: "Connections to passive ports that came from somebody else than the client, and were closed.");
}
