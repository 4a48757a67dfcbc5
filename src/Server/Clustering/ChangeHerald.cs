using Hpc.Accounts.Data;
using Hpc.Accounts.Services;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Clustering;

/// <summary>
/// Tells other nodes that this one has changed accounts or lists, so that they look at once. One notice is on its way at a time, and one more follows for all changes meanwhile;
/// one that cannot be sent is given up: every node looks once a second anyway.
/// </summary>
internal sealed partial class ChangeHerald(ClusterNode node, ILogger logger) : IAccountChangeListener
{
    private const string Key = "accounts";

    private const int Idle = 0;
    private const int Sending = 1;
    private const int Due = 2;

    // A storm of changes is one notice in this time.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private int _state;

    public ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _state, Due) == Idle)
        {
            _ = Task.Run(SendAsync, CancellationToken.None);
        }

        return ValueTask.CompletedTask;
    }

    private async Task SendAsync()
    {
        while (true)
        {
            Volatile.Write(ref _state, Sending);
            try
            {
                await node.PublishAsync(new ClusterNotice(ClusterNoticeKind.Changed, Key), CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The others look once a second.
            catch (Exception error)
#pragma warning restore CA1031
            {
                NotTold(logger, error.Message);
            }

            if (Interlocked.CompareExchange(ref _state, Idle, Sending) == Sending)
            {
                return;
            }

            await Task.Delay(Pause).ConfigureAwait(false);
        }
    }

    [LoggerMessage(4083, LogLevel.Debug, "other nodes could not be told of a change, and see it within a second: {Reason}")]
    private static partial void NotTold(ILogger logger, string reason);
}
