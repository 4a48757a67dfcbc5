using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Sessions;

/// <summary>What a session is to both planes: the grant that its connection holds and the object that its actor ends.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The connection may look at its token at any later time; a source without a timer holds nothing.")]
internal sealed partial class Session : SessionGrant
{
    private const int Alive = -1;

    private readonly SessionPlace _place;

    // Changed by whoever puts a change of the account in force, one at a time; read by anybody.
    private SessionAccount _account;
    private SessionRequest _request;

    // Cancelled at most once and never disposed.
    private readonly CancellationTokenSource _ended = new();

    // Written by whoever is first: the actor (end), the connection (close), an operator.
    private int _endReason = Alive;
    private int _closed;

    // The session itself, and whoever still has files open: the last one disposes them.
    private int _fileHolds = 1;

    public Session(SessionScope scope, SessionRequest request, SessionAccount account, IFileSystem files, SessionPlace place)
    {
        SessionId = place is SharedPlace shared ? shared.SessionId : NewId();
        Scope = scope;
        _place = place;
        _account = account;
        _request = request with { User = account.User };
        Files = files is UserFileSystem own ? new SessionFiles(own) : files;
        StartDirectory = VirtualPath.TryParse(request.User.StartDirectory, VirtualPath.Root, out VirtualPath start) ? start : VirtualPath.Root;
        StartedAt = scope.Time.GetUtcNow();
        Meter.Touch(scope.TickCount());
    }

    public SessionScope Scope { get; }

    public SessionRequest Request => Volatile.Read(ref _request);

    public UInt128 AccountDigest => Volatile.Read(ref _account).Digest;

    public DateTimeOffset StartedAt { get; }

    public ActorRef<SessionMessage> Actor { get; set; }

    public ActorRef<UserMessage> User { get; set; }

    public override string SessionId { get; }

    public override string ConnectionId => Request.ConnectionId;

    public override IFileSystem Files { get; }

    public override VirtualPath StartDirectory { get; }

    public override CancellationToken Ended => _ended.Token;

    public override SessionEndReason EndReason =>
        Volatile.Read(ref _endReason) is var reason and not Alive ? (SessionEndReason)reason : SessionEndReason.ClosedByPeer;

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>How long the peer has done nothing. Who waits for what the server holds back is not idle.</summary>
    public long IdleMilliseconds => IdleAt(Scope.TickCount());

    public long IdleAt(long tickCount) => Meter.IsWaiting ? 0 : Math.Max(0, tickCount - Meter.LastActivity);

    /// <summary>16 hex digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Tells the connection to end. False if it was told before, or is over.</summary>
    public bool End(SessionEndReason reason)
    {
        if (!TrySetEndReason(reason))
        {
            return false;
        }

        SessionLog.SessionEnds(Scope.Logger, SessionId, Request.User.UserName, Request.ConnectionId, reason);
        _ = CancelAsync();
        return true;
    }

    public override void Close(SessionEndReason reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        TrySetEndReason(reason);
        Scope.Table.Remove(this);
        _place.Return();
        using (TurnScope.Open())
        {
            Actor.Stop();
            User.Tell(new UserMessage.SessionClosed(this));
        }

        LogLevel level = SessionLog.LevelOf(Request);
        if (Scope.Logger.IsEnabled(level))
        {
            SessionLog.SessionClosed(Scope.Logger, level, SessionId, Request.User.UserName, Request.ConnectionId, EndReason, Meter.BytesReceived, Meter.BytesSent);
        }

        ReleaseFiles();
    }

    public override void HoldFiles() => Interlocked.Increment(ref _fileHolds);

    public override void ReleaseFiles()
    {
        if (Interlocked.Decrement(ref _fileHolds) == 0)
        {
            SessionScope.DisposeFiles(Scope, Files);
        }
    }

    private bool TrySetEndReason(SessionEndReason reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, (int)reason, Alive) != Alive)
        {
            return false;
        }

        Scope.Table.CountEnded(reason);
        return true;
    }

    private async Task CancelAsync()
    {
        try
        {
            // The callbacks belong to the connection; they run on the pool, not on the actor's turn.
            await _ended.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException error)
        {
            SessionLog.EndCallbackFailed(Scope.Logger, SessionId, error);
        }
    }
}
