using System.Collections.Concurrent;
using Hpc.Actors.Cluster.InProcess;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>
/// Listens for hurries, from the first that waits for one until the end. A connection that is lost is made anew after a pause; hurries of that time are lost, and everybody is hurried once.
/// </summary>
internal sealed partial class HurryListener(NpgsqlDataSource source, string target, ILogger logger) : IAsyncDisposable
{
    private const string Everybody = "*";

    // A connection that has gone without a word is found by asking.
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, HurrySignal> _signals = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task? _running;

    /// <summary>Waits for a hurry of a node; the names are those of this process.</summary>
    public Task WaitAsync(string node, CancellationToken ct)
    {
        HurrySignal signal = _signals.GetOrAdd(node, static _ => new HurrySignal());
        lock (_lock)
        {
            _running ??= Task.Run(RunAsync, CancellationToken.None);
        }

        return signal.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_running is { } running)
        {
            await running.ConfigureAwait(false);
        }

        await source.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(100);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                NpgsqlConnection connection = await source.OpenConnectionAsync(_stopping.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    await SocketThread.Leave();
                    connection.Notification += (_, args) => Hurry(args.Payload);
                    await ExecuteAsync(connection, "LISTEN hpc_cluster").ConfigureAwait(false);
                    pause = TimeSpan.FromMilliseconds(100);
                    Hurry(Everybody);
                    await ListenAsync(connection).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException or InvalidOperationException)
            {
                LogLost(logger, target, exception.Message);
            }

            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection)
    {
        while (true)
        {
            if (!await connection.WaitAsync(Ping, _stopping.Token).ConfigureAwait(false))
            {
                await ExecuteAsync(connection, "SELECT 1").ConfigureAwait(false);
            }

            await SocketThread.Leave();
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(_stopping.Token).ConfigureAwait(false);
        await SocketThread.Leave();
    }

    // Who waits goes on on the thread pool.
    private void Hurry(string payload)
    {
        if (payload == Everybody)
        {
            foreach (HurrySignal signal in _signals.Values)
            {
                signal.Set();
            }
        }
        else if (_signals.TryGetValue(payload, out HurrySignal? signal))
        {
            signal.Set();
        }
    }

    [LoggerMessage(EventId = 6301, Level = LogLevel.Information, Message = "Hurries of the cluster's database {Target} are not heard for a moment: {Reason}")]
    private static partial void LogLost(ILogger logger, string target, string reason);
}
