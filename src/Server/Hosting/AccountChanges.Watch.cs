using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
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
    private volatile TaskCompletionSource _hurry = NewSignal();

    /// <summary>Looks now and not at the next second: another node has changed something. Does not wait.</summary>
    public void Hurry() => _hurry.TrySetResult();

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

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await WaitAsync(ct).ConfigureAwait(false);
                await CheckAsync(ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        Task hurry = _hurry.Task;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(hurry, Task.Delay(Interval, _time, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        if (hurry.IsCompleted)
        {
            // What comes from here on is looked at again.
            _hurry = NewSignal();
        }
    }

    private async Task<bool> HasWorkAsync(CancellationToken ct)
    {
        // Read before the accounts: what is committed in between is seen by the next look at the latest.
        ObjectChanges changes = _stamp is { } since
            ? await _accounts.ListChangesAsync(since, ct).ConfigureAwait(false)
            : new ObjectChanges(await _accounts.GetChangeStampAsync(ct).ConfigureAwait(false), null);
        long opened = _sessions.Opened;
        bool hasNew = opened != _opened;
        (_stamp, _opened) = (changes.Stamp, opened);
        bool isStale = Forget(TakeExpiry() ? null : changes.Keys);
        return isStale || hasNew || !_isComplete;
    }

    /// <summary>Has the sessions looked at again that the changes are about, all without keys; false if there are none.</summary>
    private bool Forget(IReadOnlyList<ObjectKey>? keys)
    {
        if (keys is null)
        {
            _verified.Clear();
            return true;
        }

        int before = _verified.Count;
        _verified.ExceptWith(Affected(keys).Select(static session => session.SessionId));
        return _verified.Count < before;
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
