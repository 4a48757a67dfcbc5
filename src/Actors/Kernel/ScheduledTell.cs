namespace Hpc.Actors.Kernel;

internal sealed class ScheduledTell : IDisposable
{
    private readonly ActorCell? _target;
    private readonly Message _message;
    private readonly bool _isPeriodic;
    private ITimer? _timer;
    private bool _disposed;

    private ScheduledTell(ActorCell? target, Message message, bool isPeriodic)
    {
        _target = target;
        _message = message;
        _isPeriodic = isPeriodic;
    }

    public static ScheduledTell Start(TimeProvider time, TimeSpan delay, TimeSpan period, ActorCell? target, Message message)
    {
        var scheduled = new ScheduledTell(target, message, period != Timeout.InfiniteTimeSpan);
        ITimer timer = time.CreateTimer(static state => ((ScheduledTell)state!).Fire(), scheduled, delay, period);
        Volatile.Write(ref scheduled._timer, timer);
        if (Volatile.Read(ref scheduled._disposed))
        {
            timer.Dispose();
        }

        return scheduled;
    }

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _timer)?.Dispose();
    }

    private void Fire()
    {
        if (_target is null || _target.IsTerminated)
        {
            Dispose();
        }
        else if (_isPeriodic)
        {
            _target.TellUnlessWaiting(_message);
        }
        else
        {
            Dispose();
            _target.Tell(_message);
        }
    }
}
