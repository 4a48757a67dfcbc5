using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Stores;
using Hpc.Actors.Sessions;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>
/// Ends open sessions whose account was changed, disabled or removed, by whichever process, or has expired.
/// Once a second it asks the store for its change stamp; accounts are loaded only after a change, at an expiry, and once for each new session,
/// since a session may be opened with what a login read before the change. A store that fails ends no session; it is asked again a second later.
/// </summary>
internal sealed partial class AccountWatch(IUserStore users, ISessionDirectory sessions, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();

    // Sessions whose account has been loaded since they began and since the last change. Never more than there are sessions.
    private readonly HashSet<string> _verified = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;
    private long? _stamp;
    private long _opened;
    private DateTimeOffset _nextExpiry = DateTimeOffset.MaxValue;
    private bool _isComplete = true;
    private long _failures;
    private bool _isDisposed;

    /// <summary>Checks that the store let fail.</summary>
    public long Failures => Volatile.Read(ref _failures);

    public void Start() => _loop = RunAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Looks once.</summary>
    internal async Task CheckAsync(CancellationToken ct)
    {
        try
        {
            if (await HasWorkAsync(ct).ConfigureAwait(false))
            {
                _isComplete = false;
                _isComplete = await CheckSessionsAsync(ct).ConfigureAwait(false);
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
        using var timer = new PeriodicTimer(Interval, time);
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
        long stamp = await users.GetChangeStampAsync(ct).ConfigureAwait(false);
        long opened = sessions.Counters.Opened;
        bool isStale = stamp != _stamp || time.GetUtcNow() >= _nextExpiry;
        bool hasNew = opened != _opened;
        (_stamp, _opened) = (stamp, opened);
        if (isStale)
        {
            _verified.Clear();
            _nextExpiry = DateTimeOffset.MaxValue;
        }

        return isStale || hasNew || !_isComplete;
    }

    private async Task<bool> CheckSessionsAsync(CancellationToken ct)
    {
        IReadOnlyList<SessionInfo> open = await sessions.ListAsync(ct).ConfigureAwait(false);
        _verified.IntersectWith(open.Select(session => session.SessionId));
        int failed = 0;
        Exception? firstError = null;
        foreach (IGrouping<string, SessionInfo> ofUser in open.Where(session => !_verified.Contains(session.SessionId)).GroupBy(session => session.UserName, StringComparer.Ordinal))
        {
            try
            {
                await CheckUserAsync(ofUser.Key, ofUser, ct).ConfigureAwait(false);
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                // An account that cannot be read holds up no other.
                failed++;
                firstError ??= error;
            }
        }

        if (firstError is not null)
        {
            Fail(firstError);
        }

        return failed == 0;
    }

    private async Task CheckUserAsync(string userName, IEnumerable<SessionInfo> ofUser, CancellationToken ct)
    {
        UserAccount? account = await users.FindAsync(userName, ct).ConfigureAwait(false);
        UInt128 digest = account is null ? 0 : UserAccountDigest.Of(account);
        AccountChange change = ChangeOf(account);
        int ended = 0;
        foreach (SessionInfo session in ofUser)
        {
            if (change != AccountChange.None || session.AccountDigest != digest)
            {
                ended += await sessions.EndAsync(session.SessionId, SessionEndReason.AccountChanged, ct).ConfigureAwait(false) ? 1 : 0;
            }

            _verified.Add(session.SessionId);
        }

        if (ended > 0)
        {
            SessionsEnded(logger, userName, change == AccountChange.None ? AccountChange.Changed : change, ended);
        }
    }

    private AccountChange ChangeOf(UserAccount? account)
    {
        switch (account)
        {
            case null: return AccountChange.Removed;
            case { IsEnabled: false }: return AccountChange.Disabled;
            case { ExpiresAt: { } expiry } when expiry <= time.GetUtcNow(): return AccountChange.Expired;
            case { ExpiresAt: { } expiry } when expiry < _nextExpiry: _nextExpiry = expiry; return AccountChange.None;
            default: return AccountChange.None;
        }
    }

    private void Fail(Exception error)
    {
        Interlocked.Increment(ref _failures);
        CheckFailed(logger, error);
    }

    [LoggerMessage(4020, LogLevel.Information, "account of {Username} was {Change}: {Sessions} open sessions end")]
    private static partial void SessionsEnded(ILogger logger, string username, AccountChange change, int sessions);

    [LoggerMessage(4021, LogLevel.Warning, "accounts of open sessions cannot be looked up; sessions go on, and the next try is in a second")]
    private static partial void CheckFailed(ILogger logger, Exception error);
}
