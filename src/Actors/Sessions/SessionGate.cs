using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Sessions;

/// <summary>
/// Opens the sessions of this node below <c>/server/users</c> and lists them.
/// It fails closed: a limit, a time-out, a cancelled call and a fault are all refusals, and a refused session holds no place.
/// </summary>
public sealed partial class SessionGate : ISessionGate, ISessionDirectory, IAccountSessions
{
    private readonly SessionScope _scope;
    private readonly ActorRef<UsersMessage> _users;
    private volatile bool _draining;

    /// <summary>Makes the gate and the actor <c>users</c>.</summary>
    /// <param name="system">The system that the actors live in; one gate each.</param>
    /// <param name="openFiles">
    /// Opens what a session sees, for this session alone, without blocking its caller: it is disposed, if it can be, when the session closes;
    /// one that is only <see cref="IDisposable"/> on the closing thread, so that must not block.
    /// Its token is cancelled when nobody waits for the session any more.
    /// </param>
    /// <param name="limits">The bounds.</param>
    /// <param name="timeProvider">The clock of start times; timers run on the system's.</param>
    /// <param name="logger">Where sessions are logged.</param>
    /// <param name="places">Where sessions are counted beyond this node; null if this node is alone.</param>
    public SessionGate(
        ActorSystem system,
        Func<SessionRequest, CancellationToken, ValueTask<StorageResult<IFileSystem>>> openFiles,
        SessionLimits limits,
        TimeProvider timeProvider,
        ILogger<SessionGate> logger,
        ISessionPlaces? places = null)
        : this(system, openFiles, limits, timeProvider, logger, static () => Environment.TickCount64, places)
    {
    }

    /// <summary><paramref name="tickCount"/> is the clock of <see cref="SessionMeter.LastActivity"/>.</summary>
    internal SessionGate(
        ActorSystem system,
        Func<SessionRequest, CancellationToken, ValueTask<StorageResult<IFileSystem>>> openFiles,
        SessionLimits limits,
        TimeProvider timeProvider,
        ILogger logger,
        Func<long> tickCount,
        ISessionPlaces? places = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(openFiles);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        _scope = new SessionScope(new SessionTable(), limits, openFiles, timeProvider, tickCount, logger, places);
        _users = system.Spawn(UsersActor.PropsFor(_scope), "users");
    }

    /// <summary>True while sessions can be opened; false in a drain, or when the actors are gone.</summary>
    public bool IsOpen => !_draining && !_users.IsTerminated;

    /// <summary>Refuses new sessions from now on; those that are open go on until their connections end.</summary>
    public void BeginDrain() => _draining = true;

    /// <inheritdoc/>
    public async ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_draining)
        {
            return Refuse(request, SessionRefusal.Draining);
        }

        if (_scope.Table.TryTakePlace(_scope.Limits.MaxTotal, _scope.Places) is not { } place)
        {
            return Refuse(request, SessionRefusal.TotalLimit);
        }

        OpenResult result = await AskAsync(request, place, ct).ConfigureAwait(false);
        if (result.Session is not { } session)
        {
            place.Return();
            return Refuse(request, result.Refusal);
        }

        _scope.Table.CountOpened();
        LogLevel level = SessionLog.LevelOf(request);
        if (_scope.Logger.IsEnabled(level))
        {
            SessionLog.SessionOpened(
                _scope.Logger, level, session.SessionId, request.User.UserName, request.ConnectionId, request.Protocol, request.Remote, request.Method);
        }

        return session;
    }

    private async ValueTask<OpenResult> AskAsync(SessionRequest request, SessionPlace place, CancellationToken ct)
    {
        using var givenUp = new CancellationTokenSource();
        try
        {
            return await _users.AskHereAsync<OpenResult>(
                reply => new UsersMessage.Open(new OpenRequest(request, place, reply, givenUp.Token)), _scope.Limits.OpenTimeout, ct).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await givenUp.CancelAsync().ConfigureAwait(false);
            return Classify(request, error);
        }
    }

    private SessionRefusal Classify(SessionRequest request, Exception error)
    {
        switch (error)
        {
            case OperationCanceledException: return SessionRefusal.Cancelled;
            case AskTimeoutException: return SessionRefusal.Timeout;
            case DeadLetterException: return SessionRefusal.Busy;
            default:
                SessionLog.OpenFailed(_scope.Logger, request.User.UserName, request.ConnectionId, error);
                return SessionRefusal.Fault;
        }
    }

    private SessionGrant? Refuse(SessionRequest request, SessionRefusal reason)
    {
        _scope.Table.CountRefused(reason);
        SessionLog.SessionRefused(_scope.Logger, request.User.UserName, request.ConnectionId, reason);
        request.Refused?.Invoke(reason switch
        {
            SessionRefusal.TotalLimit or SessionRefusal.UserLimit or SessionRefusal.HostLimit => SessionObstacle.Limit,
            SessionRefusal.FilesUnavailable => SessionObstacle.FilesUnavailable,
            _ => SessionObstacle.ServerUnavailable,
        });
        return null;
    }
}
