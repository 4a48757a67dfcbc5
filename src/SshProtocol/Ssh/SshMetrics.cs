using System.Diagnostics.Metrics;

namespace Hpc.SshProtocol.Ssh;

/// <summary>Metrics of the SSH layers; the exporter turns names into Prometheus ones.</summary>
internal static class SshMetrics
{
    public const string MeterName = "Hpc.Ssh";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Key exchanges after the first of a connection.</summary>
    public static Counter<long> Rekeys { get; } = Meter.CreateCounter<long>("hpc_ssh_rekeys", description: "Key exchanges after the first one of a connection.");

    /// <summary>Login attempts, by method and outcome.</summary>
    public static Counter<long> Logins { get; } = Meter.CreateCounter<long>("hpc_ssh_logins", description: "Login attempts by method and outcome.");

    /// <summary>Channels opened.</summary>
    public static Counter<long> Channels { get; } = Meter.CreateCounter<long>("hpc_ssh_channels", description: "Channels opened.");
}
