namespace Hpc.Actors.Kernel;

/// <summary>Tells messages later, by the system's clock.</summary>
public sealed class Scheduler
{
    private readonly TimeProvider _time;

    internal Scheduler(TimeProvider time) => _time = time;

    /// <summary>Tells <paramref name="message"/> once after <paramref name="delay"/>; dispose the result to take it back.</summary>
    public IDisposable ScheduleOnce<TMessage>(TimeSpan delay, ActorRef<TMessage> target, TMessage message)
        where TMessage : Message
    {
        ArgumentNullException.ThrowIfNull(message);
        return ScheduledTell.Start(_time, delay, Timeout.InfiniteTimeSpan, target.Cell, message);
    }

    /// <summary>
    /// Tells <paramref name="message"/> every <paramref name="period"/>, until the actor stops or the result is disposed.
    /// A tick that comes while the one before still waits is left out, so that a slow actor is not buried in ticks.
    /// </summary>
    public IDisposable SchedulePeriodic<TMessage>(TimeSpan period, ActorRef<TMessage> target, TMessage message)
        where TMessage : Message
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        return ScheduledTell.Start(_time, period, period, target.Cell, message);
    }
}
