using System.Diagnostics.Metrics;
using System.Text.Json;
using Hpc.Actors.Defender;
using Hpc.Server.Provision;

namespace Hpc.Server.Metrics;

/// <summary>Shows the counters of the defender, the lists and rate limiters as metrics.</summary>
internal sealed class DefenderMetrics : IDisposable
{
    private readonly Meter _meter = new("Hpc.Server.Defender");

    public DefenderMetrics(Guard guard)
    {
        HostDefender defender = guard.Defender;
        DefenderCounters counters = defender.Counters;
        _meter.CreateObservableGauge("hpc_defender_hosts", () => defender.Board.Scored, null, "Hosts with points.");
        _meter.CreateObservableGauge("hpc_defender_banned_hosts", () => defender.Board.Banned, null, "Banned hosts.");
        _meter.CreateObservableCounter("hpc_defender_bans", () => counters.Bans, null, "Bans that began.");
        _meter.CreateObservableCounter(
            "hpc_defender_forgotten", () => defender.Board.Forgotten, null, "Hosts with points, and bans that no operator made, that were forgotten before their time for want of room.");
        _meter.CreateObservableCounter(
            "hpc_defender_points",
            () => Enum.GetValues<DefenderEvent>().Select(what => new Measurement<long>(counters.PointsFor(what), Label("event", JsonNamingPolicy.SnakeCaseLower.ConvertName(what.ToString())))),
            null,
            "Points given, by event.");
        _meter.CreateObservableCounter(
            "hpc_screen_refused",
            () => (Measurement<long>[])[
                new(counters.RefusedByBan, Label("reason", "banned")), new(counters.RefusedByList, Label("reason", "block_list")),
                new(counters.NotAllowed, Label("reason", "not_allowed")), new(counters.RateRefused, Label("reason", "rate"))],
            null,
            "Connections and requests that were refused for their address, by reason.");
        _meter.CreateObservableCounter("hpc_screen_delayed", () => counters.RateDelayed, null, "Connections and requests that had to wait for a rate limiter.");
        _meter.CreateObservableGauge(
            "hpc_ip_list_entries",
            () => (Measurement<int>[])[
                new(guard.Lists.Allowed.Count, Label("list", "allow")), new(guard.Lists.Defender.Count, Label("list", "defender")), new(guard.Lists.RateSafe.Count, Label("list", "rate_safe"))],
            null,
            "Networks in force, by list.");
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
