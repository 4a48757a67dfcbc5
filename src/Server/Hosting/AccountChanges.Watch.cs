using Hpc.Actors.Sessions;

namespace Hpc.Server.Hosting;

// Changes that others made, and expiries.
internal sealed partial class AccountChanges
{
    // Sessions whose account has been looked at since they began and since the last change; of the loop alone. Never more than there are sessions.
    private readonly HashSet<string> _verified = new(StringComparer.Ordinal);
    private long? _stamp;
    private long _opened;
    private bool _isComplete = true;

    /// <summary>Looks once.</summary>
    internal async Task CheckAsync(CancellationToken ct)
    {
        try
        {
            if (await HasWorkAsync(ct).ConfigureAwait(false))
            {
                _isComplete = false;
                _isComplete = await CheckSessionsAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever goes wrong, the next second tries again: a watch that ends would let revoked users stay.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
            {
                await CheckAsync(ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task<bool> HasWorkAsync(CancellationToken ct)
    {
        // Read before the accounts: what is committed in between is seen by the next look at the latest.
        long stamp = await _accounts.GetChangeStampAsync(ct).ConfigureAwait(false);
        long opened = _sessions.Opened;
        bool isStale = stamp != _stamp || TakeExpiry();
        bool hasNew = opened != _opened;
        (_stamp, _opened) = (stamp, opened);
        if (isStale)
        {
            _verified.Clear();
        }

        return isStale || hasNew || !_isComplete;
    }

    private bool TakeExpiry()
    {
        lock (_gate)
        {
            if (_time.GetUtcNow() < _nextExpiry)
            {
                return false;
            }

            // All are looked at again, and note the next.
            _nextExpiry = DateTimeOffset.MaxValue;
            return true;
        }
    }

    private async Task<bool> CheckSessionsAsync()
    {
        IReadOnlyCollection<IAccountSession> open = _sessions.Open;
        _verified.IntersectWith(open.Select(static session => session.SessionId));
        IAccountSession[] unverified = [.. open.Where(session => !_verified.Contains(session.SessionId))];
        IReadOnlyList<IAccountSession> read = await ApplyAsync(unverified).ConfigureAwait(false);
        _verified.UnionWith(read.Select(static session => session.SessionId));
        return read.Count == unverified.Length;
    }
}
