using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

/// <summary>
/// <c>/server/users</c>: makes the actor of a user on the first session and stops it after the last.
/// An idle user is stopped only if it has seen every request that was sent to it; requests that come while it stops wait for its successor.
/// </summary>
internal sealed class UsersActor(SessionScope scope, Dictionary<string, UserEntry> entries) : Actor<UsersMessage>
{
    private const int MaxWaiting = 1024;

    public static Props<UsersMessage> PropsFor(SessionScope scope)
    {
        var entries = new Dictionary<string, UserEntry>(StringComparer.Ordinal);
        return new Props<UsersMessage>(() => new UsersActor(scope, entries)) { MailboxCapacity = 65_536 };
    }

    protected override void PreRestart(Exception reason)
    {
        // The users' actors live on, and so do their entries.
    }

    // What was lost may have been the last word of a user's actor: each is asked again, and the end of one is not waited for twice.
    protected override void PostRestart(Exception reason)
    {
        foreach (UserEntry entry in entries.Values.ToArray())
        {
            if (entry.Actor.IsTerminated)
            {
                Self.Tell(new UsersMessage.UserStopped(entry));
            }
            else
            {
                Resume(entry);
            }
        }
    }

    protected override void PostStop()
    {
        foreach (UserEntry entry in entries.Values)
        {
            Fail(entry.Waiting, new DeadLetterException("The users' actor has stopped."));
        }
    }

    protected override void Receive(UsersMessage message)
    {
        switch (message)
        {
            case UsersMessage.Open open: Open(open.Request); break;
            case UsersMessage.UserIdle idle: Passivate(idle); break;
            case UsersMessage.UserRestarted restarted: Resume(restarted.Entry); break;
            case UsersMessage.UserStopped stopped: OnStopped(stopped.Entry); break;
            default: throw new InvalidOperationException($"Unknown message {message.GetType().Name}.");
        }
    }

    private void Open(OpenRequest request)
    {
        if (!entries.TryGetValue(request.UserName, out UserEntry? entry))
        {
            entry = Activate(request.UserName, recover: false);
        }

        if (!entry.IsPassivating)
        {
            Forward(entry, request);
        }
        else if (entry.Waiting.Count < MaxWaiting)
        {
            entry.Waiting.Add(request);
        }
        else
        {
            request.Reply.TrySet(SessionRefusal.Busy);
        }
    }

    private static void Forward(UserEntry entry, OpenRequest request)
    {
        if (entry.Actor.Tell(new UserMessage.Open(request)))
        {
            entry.Sent++;
        }
    }

    // Its answer is that it is idle, if it is.
    private static void Resume(UserEntry entry)
    {
        if (!entry.IsPassivating)
        {
            entry.Actor.Tell(new UserMessage.Resume(entry.Sent));
        }
    }

    private static void Passivate(UsersMessage.UserIdle idle)
    {
        if (idle.Seen == idle.Entry.Sent && !idle.Entry.IsPassivating)
        {
            idle.Entry.IsPassivating = true;
            idle.Entry.Actor.Stop();
        }
    }

    private UserEntry Activate(string userName, bool recover)
    {
        var entry = new UserEntry(userName);
        entry.Actor = Context.Spawn(UserActor.PropsFor(scope, entry, Self, recover), userName);
        Context.Watch(entry.Actor, new UsersMessage.UserStopped(entry));
        entries[userName] = entry;
        return entry;
    }

    private void OnStopped(UserEntry entry)
    {
        if (!entries.TryGetValue(entry.UserName, out UserEntry? current) || !ReferenceEquals(current, entry))
        {
            return;
        }

        entries.Remove(entry.UserName);
        bool crashed = !entry.IsPassivating;
        if (entry.Waiting.Count == 0 && !crashed)
        {
            return;
        }

        // After a crash the connections still hold their places: the successor counts them, and goes when they have gone.
        UserEntry successor;
        try
        {
            successor = Activate(entry.UserName, recover: crashed);
        }
        catch (Exception error)
        {
            Fail(entry.Waiting, error);
            throw;
        }

        foreach (OpenRequest request in entry.Waiting)
        {
            Forward(successor, request);
        }
    }

    private static void Fail(List<OpenRequest> waiting, Exception error)
    {
        foreach (OpenRequest request in waiting)
        {
            request.Reply.TryFail(error);
        }

        waiting.Clear();
    }
}
