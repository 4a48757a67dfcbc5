using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

/// <summary>Owns the life of one session: idle time-out, kick, and the end that a crash of its own puts to it.</summary>
internal sealed class SessionActor(SessionScope scope, Session session) : Actor<SessionMessage>
{
    private IDisposable? _idleTimer;
    private IDisposable? _durationTimer;

    protected override void PreStart()
    {
        ScheduleIdleCheck(scope.Limits.IdleTimeout);
        if (scope.Limits.MaxDuration > TimeSpan.Zero)
        {
            _durationTimer = Context.ScheduleOnce(scope.Limits.MaxDuration, SessionMessage.DurationOver.Now);
        }
    }

    protected override void Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.CheckIdle: CheckIdle(); break;
            case SessionMessage.DurationOver: session.End(SessionEndReason.MaxDuration); break;
            case SessionMessage.EndSession end: end.Ended.TrySet(session.End(end.Reason)); break;
            case SessionMessage.InjectFault fault: throw fault.Error;
            default: throw new InvalidOperationException($"Unknown message {message.GetType().Name}.");
        }
    }

    // Stopped by Close, the session has its reason already; by the shutdown it was drained; anything else was a crash here or above.
    protected override void PostStop()
    {
        _idleTimer?.Dispose();
        _durationTimer?.Dispose();
        session.End(Context.System.IsStopping ? SessionEndReason.Drained : SessionEndReason.ServerFault);
    }

    private void CheckIdle()
    {
        TimeSpan left = scope.Limits.IdleTimeout - TimeSpan.FromMilliseconds(session.IdleMilliseconds);
        if (left <= TimeSpan.Zero)
        {
            session.End(SessionEndReason.IdleTimeout);
        }
        else
        {
            ScheduleIdleCheck(left);
        }
    }

    private void ScheduleIdleCheck(TimeSpan delay)
    {
        if (scope.Limits.IdleTimeout > TimeSpan.Zero)
        {
            _idleTimer = Context.ScheduleOnce(delay, SessionMessage.CheckIdle.Now);
        }
    }
}
