using Hpc.Actors.Sessions;

namespace Hpc.Server.Hosting;

/// <summary>
/// Ends what holds a drain up without moving anything: connections that are not logged in, and sessions without an open file that have been quiet for a moment.
/// The grace time is then for running transfers alone.
/// </summary>
/// <param name="sessions">The live sessions.</param>
/// <param name="find">A session as it is at this moment, by its id.</param>
/// <param name="beforeLogin">Ids of connections that are not logged in.</param>
/// <param name="stop">Asks a connection to stop.</param>
internal sealed class IdleDrain(ISessionDirectory sessions, Func<string, SessionInfo?> find, Func<IEnumerable<string>> beforeLogin, Action<string> stop)
{
    // Longer than a client takes between two files of a tree.
    private const long QuietMilliseconds = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Looks twice a second until the drain is over.</summary>
    public async Task RunAsync(Task drained)
    {
        using var timer = new PeriodicTimer(Interval);
        while (!drained.IsCompleted)
        {
            await EndIdleAsync().ConfigureAwait(false);
            await Task.WhenAny(drained, timer.WaitForNextTickAsync().AsTask()).ConfigureAwait(false);
        }
    }

    internal async Task EndIdleAsync()
    {
        foreach (string connectionId in beforeLogin())
        {
            stop(connectionId);
        }

        foreach (SessionInfo session in await sessions.ListAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // The list may be as old as the interval, and a transfer may have begun since.
            if (IsQuiet(session) && find(session.SessionId) is { } now && IsQuiet(now))
            {
                stop(session.ConnectionId);
            }
        }
    }

    private static bool IsQuiet(SessionInfo session) => session.Transfers.Count == 0 && session.IdleMilliseconds >= QuietMilliseconds;
}
