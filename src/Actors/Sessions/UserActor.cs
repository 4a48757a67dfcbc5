using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;
using Hpc.Storage;

namespace Hpc.Actors.Sessions;

/// <summary>
/// The sessions of one user on this node: decides whether one more may begin and makes its actor.
/// A restart keeps the session actors and reads the sessions again from the table.
/// </summary>
internal sealed class UserActor(SessionScope scope, UserEntry entry, ActorRef<UsersMessage> users, bool recover) : Actor<UserMessage>
{
    private static readonly SupervisorStrategy EndTheSession = SupervisorStrategy.Stop;

    private readonly HashSet<Session> _sessions = [];
    private readonly List<OpenRequest> _opening = [];

    public static Props<UserMessage> PropsFor(SessionScope scope, UserEntry entry, ActorRef<UsersMessage> users, bool recover) =>
        new(() => new UserActor(scope, entry, users, recover)) { MailboxCapacity = 4096, Supervision = EndTheSession };

    protected override void PreStart()
    {
        if (recover)
        {
            Recover();
            PassivateIfIdle();
        }
    }

    protected override void PreRestart(Exception reason)
    {
        // The sessions' actors live on.
    }

    protected override void PostRestart(Exception reason)
    {
        Recover();
        users.Tell(new UsersMessage.UserRestarted(entry));
    }

    protected override void PostStop()
    {
        foreach (OpenRequest request in _opening)
        {
            request.Reply.TryFail(new DeadLetterException("The user's actor has stopped."));
        }
    }

    protected override void Receive(UserMessage message)
    {
        switch (message)
        {
            case UserMessage.Open open: Open(open.Request); break;
            case UserMessage.FilesOpened opened: OnFilesOpened(opened); break;
            case UserMessage.PlaceRefused refused: OnPlaceRefused(refused); break;
            case UserMessage.SessionClosed closed: Forget(closed.Session); break;
            case UserMessage.SessionStopped stopped when stopped.Session.IsClosed: Forget(stopped.Session); break;
            case UserMessage.SessionStopped: break;
            case UserMessage.Resume resume: Resume(resume.Sent); break;
            case UserMessage.InjectFault fault: throw fault.Error;
            default: throw new InvalidOperationException($"Unknown message {message.GetType().Name}.");
        }
    }

    private void Recover()
    {
        foreach (Session session in scope.Table.OfUser(entry.UserName))
        {
            session.User = Self;
            _sessions.Add(session);
        }

        // One that is closed from here on tells this actor; one that was closed before may have told its predecessor.
        Interlocked.MemoryBarrier();
        _sessions.RemoveWhere(static session => session.IsClosed);
    }

    // Behind all requests that were sent before it.
    private void Resume(long sent)
    {
        entry.Seen = sent;
        PassivateIfIdle();
    }

    private void Open(OpenRequest request)
    {
        entry.Seen++;
        if (!HasRoom(request))
        {
            request.Reply.TrySet(SessionRefusal.UserLimit);
            PassivateIfIdle();
            return;
        }

        _opening.Add(request);
        if (request.Place is SharedPlace place)
        {
            OpenSharedAsync(request, place).PipeTo(Self, static opened => opened);
            return;
        }

        OpenFilesAsync(request).PipeTo(
            Self,
            files => new UserMessage.FilesOpened(scope, request, files, null),
            error => new UserMessage.FilesOpened(scope, request, StorageError.IoError, error));
    }

    // The place and the files are asked for at the same time. The place belongs to the request's, which goes back with it whatever becomes of this.
    private async ValueTask<UserMessage> OpenSharedAsync(OpenRequest request, SharedPlace place)
    {
        Task<SessionRefusal?> taking = TakeAsync(request, place);
        UserMessage.FilesOpened opened;
        try
        {
            opened = new UserMessage.FilesOpened(scope, request, await OpenFilesAsync(request).ConfigureAwait(false), null);
        }
        catch (Exception error)
        {
            opened = new UserMessage.FilesOpened(scope, request, StorageError.IoError, error);
        }

        if (await taking.ConfigureAwait(false) is not { } refusal)
        {
            return opened;
        }

        opened.GiveBack();
        return new UserMessage.PlaceRefused(request, refusal);
    }

    // Null if it is taken.
    private async Task<SessionRefusal?> TakeAsync(OpenRequest request, SharedPlace place)
    {
        SessionRequest session = request.Session;
        int most = MostSessions(session.User);
        try
        {
            var question = new PlaceQuestion(place.SessionId, request.UserName, session.Protocol, session.Remote, most == int.MaxValue ? 0 : most);
            return await place.TakeAsync(question, request.GivenUp).ConfigureAwait(false) switch
            {
                PlaceAnswer.Taken => null,
                PlaceAnswer.UserLimit => SessionRefusal.UserLimit,
                PlaceAnswer.HostLimit => SessionRefusal.HostLimit,
                PlaceAnswer.TotalLimit => SessionRefusal.TotalLimit,
                _ => SessionRefusal.EngineAway,
            };
        }
        catch (OperationCanceledException) when (request.GivenUp.IsCancellationRequested)
        {
            return SessionRefusal.Cancelled;
        }
        catch (Exception error)
        {
            SessionLog.PlaceFailed(scope.Logger, request.UserName, session.ConnectionId, error);
            return SessionRefusal.Fault;
        }
    }

    private async ValueTask<StorageResult<IFileSystem>> OpenFilesAsync(OpenRequest request) =>
        await scope.OpenFiles(request.Session, request.GivenUp).ConfigureAwait(false);

    private bool HasRoom(OpenRequest request)
    {
        int most = MostSessions(request.Session.User);
        if (_sessions.Count + _opening.Count < most)
        {
            return true;
        }

        // What nobody waits for any more does not count, whatever its files still do.
        _opening.RemoveAll(static request => request.Reply.IsCompleted);
        _sessions.RemoveWhere(static session => session.IsClosed);
        return _sessions.Count + _opening.Count < most;
    }

    // The smaller of the node's limit and the account's (R5.11); 0 is none. All protocols count, also those that open a session for each request.
    private int MostSessions(UserAccount user)
    {
        int ofNode = scope.Limits.MaxPerUser > 0 ? scope.Limits.MaxPerUser : int.MaxValue;
        int ofAccount = user.MaxSessions > 0 ? user.MaxSessions : int.MaxValue;
        return Math.Min(ofNode, ofAccount);
    }

    private void OnFilesOpened(UserMessage.FilesOpened opened)
    {
        OpenRequest request = opened.Request;
        // A restart forgets what was being opened: such a request competes for its room again.
        bool mayOpen = _opening.Remove(request) || HasRoom(request);
        if (!opened.Files.IsSuccess)
        {
            SessionLog.FilesUnavailable(scope.Logger, request.UserName, request.Session.ConnectionId, opened.Files.Error, opened.Error);
            request.Reply.TrySet(SessionRefusal.FilesUnavailable);
        }
        else if (!mayOpen || request.Reply.IsCompleted)
        {
            request.Reply.TrySet(SessionRefusal.UserLimit);
            opened.GiveBack();
        }
        else
        {
            Begin(opened);
        }

        PassivateIfIdle();
    }

    private void OnPlaceRefused(UserMessage.PlaceRefused refused)
    {
        _opening.Remove(refused.Request);
        refused.Request.Reply.TrySet(refused.Refusal);
        PassivateIfIdle();
    }

    private void Begin(UserMessage.FilesOpened opened)
    {
        OpenRequest request = opened.Request;
        IFileSystem files = opened.Files.Value;
        SessionAccount account = scope.Keep(request.Session.User);
        var session = new Session(scope, request.Session, account, files, request.Place) { User = Self };
        while (!scope.Table.TryAdd(session))
        {
            // An id that was made for a place is this session's alone.
            if (request.Place is SharedPlace)
            {
                throw new InvalidOperationException("The session's id is taken.");
            }

            session = new Session(scope, request.Session, account, files, request.Place) { User = Self };
        }

        opened.Take();
        try
        {
            session.Actor = Context.Spawn(SessionProps(session), $"session-{session.SessionId}");
            Context.Watch(session.Actor, new UserMessage.SessionStopped(session));
            _sessions.Add(session);
            if (request.Place is SharedPlace place && place.Begin())
            {
                session.End(SessionEndReason.Kicked);
            }
        }
        catch
        {
            session.Close(SessionEndReason.ServerFault);
            throw;
        }

        if (!request.Reply.TrySet(session))
        {
            session.Close(SessionEndReason.ConnectionLost);
        }
    }

    private static Props<SessionMessage, Session> SessionProps(Session session) =>
        new(session, static state => new SessionActor(state.Scope, state)) { MailboxCapacity = 64 };

    private void Forget(Session session)
    {
        _sessions.Remove(session);
        PassivateIfIdle();
    }

    private void PassivateIfIdle()
    {
        if (_sessions.Count == 0 && _opening.Count == 0)
        {
            users.Tell(new UsersMessage.UserIdle(entry, entry.Seen));
        }
    }
}
