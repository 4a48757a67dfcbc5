using System.Diagnostics.Metrics;
using System.Text.Json;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Server.Admin;
using Hpc.Server.Cli;
using Hpc.Server.Files;
using Hpc.Server.Hosting;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;

namespace Hpc.Server.Metrics;

/// <summary>Shows the counters of transport, buffers, sessions and actors as metrics.</summary>
internal sealed class ServerMetrics : IDisposable
{
    private readonly Meter _meter = new("Hpc.Server");

    public ServerMetrics(ConnectionManager connections, BufferBudget buffers, ISessionDirectory sessions, ActorSystem actors, ServerState state, AccountChanges accounts, FileService files, Func<long> droppedLogLines)
    {
        AddConnections(connections);
        _meter.CreateObservableGauge("hpc_buffers_rented", () => buffers.Rented, "By", "Transfer buffers in use.");
        _meter.CreateObservableGauge("hpc_buffers_limit", () => buffers.Limit, "By", "Transfer buffers that may be in use.");
        AddSessions(sessions);
        AddFiles(files);
        BandwidthMetrics.Add(_meter, files.Bandwidth);
        _meter.CreateObservableCounter(
            "hpc_actor_dead_letters",
            () => Enum.GetValues<DeadLetterReason>().Select(reason => new Measurement<long>(actors.DeadLetters.CountOf(reason), Label("reason", reason))),
            null,
            "Messages that no actor handled, by reason.");
        _meter.CreateObservableCounter("hpc_log_lines_dropped", droppedLogLines, null, "Log lines that were dropped because they came faster than they could be written.");
        _meter.CreateObservableCounter("hpc_account_checks_failed", () => accounts.Failures, null, "Times that the accounts of open sessions could not be looked up.");
        _meter.CreateObservableGauge("hpc_ready", () => state.IsReady ? 1 : 0, null, "1 while new connections are taken.");
        _meter.CreateObservableGauge("hpc_build_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", ProductVersion.Text)), null, "The version, as a label.");
    }

    /// <summary>Shows how often what is in memory could not be saved.</summary>
    public void AddSaves(Func<long> failures) =>
        _meter.CreateObservableCounter("hpc_account_saves_failed", failures, null, "Times that the accounts of the provider memory could not be saved.");

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label<TEnum>(string name, TEnum value)
        where TEnum : struct, Enum => new(name, JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private void AddConnections(ConnectionManager connections)
    {
        TransportMetrics metrics = connections.Metrics;
        _meter.CreateObservableGauge("hpc_connections_active", () => connections.Gate.Active, null, "Open connections.");
        _meter.CreateObservableGauge("hpc_connections_before_login", () => connections.Gate.BeforeLogin, null, "Open connections that are not logged in.");
        _meter.CreateObservableCounter("hpc_connections", () => metrics.Accepted, null, "Connections admitted.");
        _meter.CreateObservableGauge("hpc_proxy_headers_awaited", () => connections.AwaitingHeaders, null, "Connections of proxies whose PROXY protocol header has not come.");
        _meter.CreateObservableCounter("hpc_proxy_probes", () => metrics.ProxyProbes, null, "Connections of proxies that ended before a byte came.");
        _meter.CreateObservableCounter("hpc_connection_screen_faults", () => connections.ScreenFaults, null, "Calls of the connection screen that failed.");
        _meter.CreateObservableCounter("hpc_accept_errors", () => metrics.AcceptErrors, null, "Accepts that failed.");
        _meter.CreateObservableCounter(
            "hpc_connections_refused",
            () => Enum.GetValues<GateDecision>().Where(decision => decision != GateDecision.Admitted)
                .Select(decision => new Measurement<long>(metrics.Decided(decision), Label("reason", decision))),
            null,
            "Connections refused, by reason.");
        _meter.CreateObservableCounter(
            "hpc_connections_ended",
            () => Enum.GetValues<ConnectionEndReason>().Select(reason => new Measurement<long>(metrics.Ended(reason), Label("reason", reason))),
            null,
            "Connections ended, by reason.");
        _meter.CreateObservableCounter(
            "hpc_ended_connections",
            () => (Measurement<long>[])[
                new(metrics.BytesIn, new KeyValuePair<string, object?>("direction", "received")),
                new(metrics.BytesOut, new KeyValuePair<string, object?>("direction", "sent"))],
            "By",
            "Bytes on the wire of connections that have ended.");
    }

    private void AddFiles(FileService files)
    {
        _meter.CreateObservableCounter("hpc_file_event_faults", () => files.Bus.Faults, null, "File events that a subscriber failed to take.");
        _meter.CreateObservableGauge("hpc_usage_ledgers", () => files.Counters.Ledgers, null, "Users and folders whose use is being counted.");
        _meter.CreateObservableGauge("hpc_usage_waiting", () => files.Counters.Waiting, null, "Operations that wait for a reservation.");
        _meter.CreateObservableCounter("hpc_usage_statements", () => files.Counters.Statements, null, "Statements that the usage database answered.");
        _meter.CreateObservableCounter("hpc_usage_statements_failed", () => files.Counters.FailedStatements, null, "Statements that the usage database did not answer.");
        _meter.CreateObservableCounter("hpc_usage_scans", () => files.Counters.Scans, null, "Scans and recoveries that ended well.");
        _meter.CreateObservableCounter(
            "hpc_usage_reservations_refused",
            () => (Measurement<long>[])[
                new(files.Counters.Exhausted, new KeyValuePair<string, object?>("reason", "exhausted")),
                new(files.Counters.Unavailable, new KeyValuePair<string, object?>("reason", "unavailable"))],
            null,
            "Reservations that were refused, by reason.");
    }

    private void AddSessions(ISessionDirectory sessions)
    {
        _meter.CreateObservableGauge("hpc_sessions_active", () => sessions.Counters.Active, null, "Sessions logged in.");
        _meter.CreateObservableCounter("hpc_sessions", () => sessions.Counters.Opened, null, "Sessions opened.");
        _meter.CreateObservableCounter(
            "hpc_sessions_ended_by_server",
            () =>
            {
                SessionCounters counters = sessions.Counters;
                return (Measurement<long>[])[
                    new(counters.Kicked, new KeyValuePair<string, object?>("reason", "kicked")),
                    new(counters.IdleEnded, new KeyValuePair<string, object?>("reason", "idle")),
                    new(counters.MaxDurationEnded, new KeyValuePair<string, object?>("reason", "max_duration")),
                    new(counters.Faulted, new KeyValuePair<string, object?>("reason", "fault")),
                    new(counters.AccountChanged, new KeyValuePair<string, object?>("reason", "account_changed"))];
            },
            null,
            "Sessions that the server ended, by reason.");
        _meter.CreateObservableCounter(
            "hpc_sessions_refused",
            () => sessions.Counters.Refused.Select(refusal => new Measurement<long>(refusal.Value, Label("reason", refusal.Key))),
            null,
            "Sessions refused after login, by reason.");
    }
}
