using System.Runtime.CompilerServices;
using Hpc.Accounts;
using Hpc.Accounts.Data;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>
/// Puts changes of accounts and shares in force in open sessions: one that may go on gets its files anew (<see cref="IAccountSession.ChangeAsync"/>), one that may not ends.
/// A change that this process made is in force when <see cref="ChangedAsync"/> returns. For those of others the directory is asked once a second what changed;
/// accounts are looked up only if they did, at an expiry, and once for each new session. A directory that fails ends no session; it is asked again a second later.
/// </summary>
internal sealed partial class AccountChanges : IAccountChangeListener, IAsyncDisposable
{
    // So many homes are opened at once: a storm of changes must leave room for logins.
    private const int MostAtOnce = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Longer than one session may take, so that what hangs is ended and what comes behind it is done.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SessionPatience = TimeSpan.FromSeconds(4);

    private readonly IAccountDirectory _accounts;
    private readonly IShareDirectory? _shares;
    private readonly IAccountSessions _sessions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(MostAtOnce);

    // Of sessions that a change was looked at for.
    private readonly ConditionalWeakTable<IAccountSession, SessionChange> _changes = [];
    private readonly Lock _gate = new();
    private DateTimeOffset _nextExpiry = DateTimeOffset.MaxValue;
    private Task _loop = Task.CompletedTask;
    private long _failures;
    private bool _isDisposed;

    /// <param name="accounts">Who there is.</param>
    /// <param name="sessions">What is open.</param>
    /// <param name="time">The clock of expiries.</param>
    /// <param name="logger">Gets what ends.</param>
    /// <param name="shares">Which shares there are; null for none.</param>
    public AccountChanges(IAccountDirectory accounts, IAccountSessions sessions, TimeProvider time, ILogger logger, IShareDirectory? shares = null)
    {
        _accounts = accounts;
        _shares = shares;
        _sessions = sessions;
        _time = time;
        _logger = logger;
    }

    /// <summary>Looks at accounts that the directory let fail.</summary>
    public long Failures => Volatile.Read(ref _failures);

    public void Start() => _loop = RunAsync(_stop.Token);

    /// <inheritdoc/>
    public ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(keys);
        IReadOnlyList<IAccountSession> affected = Affected(keys);
        return affected.Count == 0 ? ValueTask.CompletedTask : new(ApplyAsync(affected));
    }

    // By what the session knows of its account: what has come to it since came with a change of the user.
    private IReadOnlyList<IAccountSession> Affected(IReadOnlyList<ObjectKey> keys)
    {
        HashSet<string> users = NamesOf(keys, ObjectKind.User);
        HashSet<string> groups = NamesOf(keys, ObjectKind.Group);
        HashSet<string> folders = NamesOf(keys, ObjectKind.Folder);
        HashSet<string> shares = NamesOf(keys, ObjectKind.Share);
        return users.Count + groups.Count + folders.Count + shares.Count == 0
            ? []
            : [.. _sessions.Open.Where(session => session.Request is { User: var user, Share: var share }
                && (users.Contains(user.UserName)
                    || user.Groups.Any(groups.Contains)
                    || user.Folders.Any(folder => folders.Contains(folder.FolderName))
                    || (share is not null && shares.Contains(share.Id))))];
    }

    private static HashSet<string> NamesOf(IReadOnlyList<ObjectKey> keys, ObjectKind kind) =>
        keys.Where(key => key.Kind == kind).Select(static key => key.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Looks at one session that has just been opened, by an account and a share that were read before. An exception means that the directory does not work.</summary>
    public async ValueTask VerifyAsync(string sessionId, SessionRequest request)
    {
        UserAccount? now = _accounts.TryFindNow(request.User.UserName, out UserAccount? atHand)
            ? atHand
            : await _accounts.FindAsync(request.User.UserName, _stop.Token).ConfigureAwait(false);
        Share? share = await FindShareAsync(request, _stop.Token).ConfigureAwait(false);
        bool isSame = ReferenceEquals(now, request.User) && JudgeShare(request, share) == SessionVerdict.GoesOn;
        if (!isSame && _sessions.Find(sessionId) is { } session)
        {
            await ApplyAsync([session]).ConfigureAwait(false);
        }
    }

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

    /// <summary>Returns when the accounts of the sessions are in force in them, or after a few seconds. The sessions whose accounts could be read.</summary>
    private async Task<IReadOnlyList<IAccountSession>> ApplyAsync(IReadOnlyList<IAccountSession> sessions)
    {
        Task<bool>[] runs = [.. sessions.Select(session => ChangeOf(session).RunAsync())];
        try
        {
            await Task.WhenAll(runs).WaitAsync(Patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            AccountLog.ChangeTakesLong(_logger, runs.Count(static run => !run.IsCompleted));
        }

        return [.. sessions.Where((_, i) => runs[i] is { IsCompletedSuccessfully: true, Result: true })];
    }

    private SessionChange ChangeOf(IAccountSession session) => _changes.GetValue(session, key => new SessionChange(() => LookAsync(key)));

    /// <summary>Puts the account as it is now in force in one session; false if it cannot be read.</summary>
    private async Task<bool> LookAsync(IAccountSession session)
    {
        bool hasSlot = false;
        try
        {
            if (session.IsEnding || IsInForce(session))
            {
                return true;
            }

            await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);
            hasSlot = true;
            using var patience = new CancellationTokenSource(SessionPatience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
            UserAccount? now = await _accounts.FindAsync(session.Request.User.UserName, either.Token).ConfigureAwait(false);
            Share? share = await FindShareAsync(session.Request, either.Token).ConfigureAwait(false);
            await ApplyAsync(session, now, share, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException && _isDisposed)
        {
            // The server stops, and its sessions with it.
            return false;
        }
#pragma warning disable CA1031 // Whatever goes wrong, the next second tries again: a look that throws would let revoked users stay.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
            return false;
        }
        finally
        {
            if (hasSlot)
            {
                _slots.Release();
            }
        }
    }

    /// <summary>True if it can be told without waiting that the session has the account of now and may go on, as of most new sessions.</summary>
    private bool IsInForce(IAccountSession session)
    {
        SessionRequest request = session.Request;
        if (request.Share is not null
            || !_accounts.TryFindNow(request.User.UserName, out UserAccount? now)
            || UserAccountDigest.Of(now) != session.AccountDigest
            || SessionRules.Judge(request, request.User, session.CredentialDigest, now, _time.GetUtcNow()) != SessionVerdict.GoesOn)
        {
            return false;
        }

        NoteExpiry(now.ExpiresAt);
        return true;
    }

    private async Task ApplyAsync(IAccountSession session, UserAccount? now, Share? share, CancellationToken ct)
    {
        SessionRequest request = session.Request;
        SessionVerdict verdict = SessionRules.Judge(request, request.User, session.CredentialDigest, now, _time.GetUtcNow());
        verdict = verdict == SessionVerdict.GoesOn ? JudgeShare(request, share) : verdict;
        if (verdict != SessionVerdict.GoesOn)
        {
            if (session.Revoke(SessionEndReason.AccountChanged))
            {
                AccountLog.SessionEnded(_logger, session.SessionId, request.User.UserName, request.ConnectionId, verdict);
            }

            return;
        }

        NoteExpiry(now!.ExpiresAt);
        NoteExpiry(ExpiryOf(share));
        if (UserAccountDigest.Of(now) == session.AccountDigest)
        {
            return;
        }

        StorageResult changed;
        try
        {
            changed = await session.ChangeAsync(now, ct).ConfigureAwait(false);
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            AccountLog.ChangeFaulted(_logger, session.SessionId, request.User.UserName, error);
            session.Revoke(SessionEndReason.AccountChanged);
            return;
        }

        if (changed.IsSuccess)
        {
            AccountLog.SessionChanged(_logger, session.SessionId, request.User.UserName, request.ConnectionId);
        }
        else if (!_stop.IsCancellationRequested && session.Revoke(SessionEndReason.AccountChanged))
        {
            // What it has is not what it may have.
            AccountLog.FilesNotOpened(_logger, session.SessionId, request.User.UserName, request.ConnectionId, changed.Error);
        }
    }

    private void NoteExpiry(DateTimeOffset? expiry)
    {
        lock (_gate)
        {
            _nextExpiry = expiry is { } at && at < _nextExpiry ? at : _nextExpiry;
        }
    }

    private void Fail(Exception error)
    {
        Interlocked.Increment(ref _failures);
        AccountLog.CheckFailed(_logger, error);
    }
}
