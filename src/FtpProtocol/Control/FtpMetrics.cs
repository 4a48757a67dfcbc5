using System.Diagnostics.Metrics;

namespace Hpc.FtpProtocol.Control;

/// <summary>Metrics of FTP; the exporter turns names into Prometheus ones.</summary>
internal static class FtpMetrics
{
    public const string MeterName = "Hpc.Ftp";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Login attempts, by method and outcome.</summary>
    public static Counter<long> Logins { get; } = Meter.CreateCounter<long>("hpc_ftp_logins", description: "Login attempts by method and outcome.");

    /// <summary>Commands, by name; what is not known is "other".</summary>
    public static Counter<long> Commands { get; } = Meter.CreateCounter<long>("hpc_ftp_commands", description: "Commands by name.");

    /// <summary>Transfers and listings, by command and outcome.</summary>
    public static Counter<long> Transfers { get; } = Meter.CreateCounter<long>("hpc_ftp_transfers", description: "Transfers and listings by command and outcome.");

    /// <summary>TLS handshakes of control connections, by outcome.</summary>
    public static Counter<long> Handshakes { get; } = Meter.CreateCounter<long>("hpc_ftp_handshakes", description: "TLS handshakes of control connections by outcome.");
}
