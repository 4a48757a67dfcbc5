using System.Data;
using System.Net;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>
/// The engine in PostgreSQL: each call is one statement, a function of the schema (Migrations). One connection has the ticks, a few the places of sessions, one listens.
/// </summary>
public sealed partial class PostgresEngine : IClusterEngine
{
    private readonly PostgresEngineOptions _options;
    private readonly StatementRunner _ticks;
    private readonly StatementRunner _places;
    private readonly StatementRunner _others;
    private readonly HurryListener _hurries;

    private PostgresEngine(PostgresEngineOptions options, ILogger logger)
    {
        _options = options;
        string target = PostgresSources.Describe(options);
        _ticks = Runner("ticks", 1, options.MaxWaitingPlaces, options.StatementTimeout);
        _places = Runner("places", options.PlaceConnections, options.MaxWaitingPlaces, options.StatementTimeout);
        _others = Runner("nodes", 1, options.MaxWaitingPlaces, options.JoinTimeout);
        _hurries = new HurryListener(PostgresSources.Make(options, "hurries", 1, options.StatementTimeout), target, logger);

        StatementRunner Runner(string use, int connections, int maxWaiting, TimeSpan timeout) =>
            new(PostgresSources.Make(options, use, connections, timeout), target, connections, maxWaiting);
    }

    /// <summary>Brings the schema up to date and makes an engine on it.</summary>
    /// <exception cref="PostgresEngineException">The database is not there, or a newer program's.</exception>
    public static async Task<PostgresEngine> OpenAsync(PostgresEngineOptions options, ILogger logger, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        await MigrateAsync(options, PostgresMigrations.Newest, ct).ConfigureAwait(false);
        return new PostgresEngine(options, logger);
    }

    /// <summary>Removes everything that the engine has in the database. No node may be running.</summary>
    public static Task RemoveAsync(PostgresEngineOptions options, CancellationToken ct) => MigrateAsync(options, 0, ct);

    /// <inheritdoc/>
    public ValueTask<JoinReply> JoinAsync(JoinRequest request, CancellationToken ct)
    {
        ClusterRules.Check(request);
        return _others.RunAsync((connection, token) => JoinAsync(connection, request, token), _options.JoinTimeout, ct);
    }

    /// <inheritdoc/>
    public ValueTask<TickReply> TickAsync(TickRequest request, CancellationToken ct)
    {
        ClusterRules.Check(request);
        return _ticks.RunAsync((connection, token) => TickAsync(connection, request, token), _options.StatementTimeout, ct);
    }

    /// <inheritdoc/>
    public ValueTask<PlaceReply> OpenSessionAsync(PlaceRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClusterRules.Check(request.Node);
        ClusterRules.Check(request.Place);
        return _places.RunAsync((connection, token) => OpenAsync(connection, request, token), _options.StatementTimeout, ct);
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(NodeEpoch node, CancellationToken ct) => await _others.RunAsync(
        (connection, token) => ExecuteAsync(Parameters.Command(connection, "SELECT hpc_cluster_leave($1, $2)").Text(node.Name).Number(node.Epoch), token),
        _options.JoinTimeout,
        ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(notice);
        if (!ClusterRules.IsKey(notice.Key))
        {
            throw new ArgumentException("The key is out of range.", nameof(notice));
        }

        await _others.RunAsync(
            (connection, token) => ExecuteAsync(
                Parameters.Command(connection, "SELECT hpc_cluster_publish($1, $2, $3)").Small((short)notice.Kind).Text(notice.Key).Span(Bounded(notice.Left)), token),
            _options.StatementTimeout,
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterSession>> ListSessionsAsync(string? after, int limit, CancellationToken ct)
    {
        CheckLimit(limit);
        return ListAsync(
            connection => Parameters.Command(connection, "SELECT id, node, username, protocol, remote, since FROM hpc_cluster_list_sessions($1, $2)").Text(after).Int(limit),
            static reader => new ClusterSession(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), IPEndPoint.Parse(reader.GetString(4)), reader.GetFieldValue<DateTimeOffset>(5)),
            ct);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterMember>> ListNodesAsync(CancellationToken ct) => ListAsync(
        static connection => Parameters.Command(connection, "SELECT name, version, address, since, sessions, is_leader FROM hpc_cluster_list_nodes()"),
        static reader => new ClusterMember(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), (int)reader.GetInt64(4), reader.GetBoolean(5)),
        ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterBan>> ListBansAsync(string? after, int limit, CancellationToken ct)
    {
        CheckLimit(limit);
        return ListAsync(connection => BansCommand(connection, after, limit), ReadBan, ct);
    }

    /// <inheritdoc/>
    public ValueTask WaitForHurryAsync(NodeEpoch node, CancellationToken ct) => new(_hurries.WaitAsync(node.Name, ct));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _hurries.DisposeAsync().ConfigureAwait(false);
        await _ticks.DisposeAsync().ConfigureAwait(false);
        await _places.DisposeAsync().ConfigureAwait(false);
        await _others.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task MigrateAsync(PostgresEngineOptions options, int version, CancellationToken ct)
    {
        var runner = new StatementRunner(PostgresSources.Make(options, "schema", 1, options.MigrationTimeout), PostgresSources.Describe(options), 1, 1);
        await using (runner.ConfigureAwait(false))
        {
            await runner.RunAsync(
                async (connection, token) =>
                {
                    if (version != PostgresMigrations.Newest || !await PostgresMigrations.IsNewestAsync(connection, token).ConfigureAwait(false))
                    {
                        await PostgresMigrations.MigrateAsync(connection, version, token).ConfigureAwait(false);
                    }

                    return true;
                },
                options.MigrationTimeout,
                ct).ConfigureAwait(false);
        }
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
    }

    private static TimeSpan Bounded(TimeSpan left) => left < ClusterRules.MaxBan ? left : ClusterRules.MaxBan;

    private static async Task<bool> ExecuteAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await SocketThread.Leave();
            return true;
        }
    }

    private ValueTask<IReadOnlyList<T>> ListAsync<T>(Func<NpgsqlConnection, NpgsqlCommand> make, Func<NpgsqlDataReader, T> read, CancellationToken ct) =>
        _others.RunAsync<IReadOnlyList<T>>(async (connection, token) => await ReadAllAsync(make(connection), read, token).ConfigureAwait(false), _options.JoinTimeout, ct);

    private static async Task<List<T>> ReadAllAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using (command.ConfigureAwait(false))
        {
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, ct).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = new List<T>();
                while (await reader.ReadAsync(ct).ConfigureAwait(false))
                {
                    await SocketThread.Leave();
                    rows.Add(read(reader));
                }

                return rows;
            }
        }
    }
}
