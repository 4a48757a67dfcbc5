using System.Diagnostics.Metrics;

namespace Hpc.Accounts.Lookup;

/// <summary>Metrics of look-ups; every name of them is here.</summary>
internal static class LookupMetrics
{
    public const string MeterName = "Hpc.Accounts";
    public const string Name = "hpc_account_lookups";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Lookups =
        Meter.CreateCounter<long>(Name, description: "Accounts that were looked up, by whether they were in memory.");

    public static void Hit() => Lookups.Add(1, new KeyValuePair<string, object?>("result", "hit"));

    public static void Miss() => Lookups.Add(1, new KeyValuePair<string, object?>("result", "miss"));
}
