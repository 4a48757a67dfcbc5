namespace Hpc.Actors.Kernel;

/// <summary>What an actor may do to its surroundings while it handles a message or runs a hook.</summary>
public readonly struct ActorContext<TMessage>
    where TMessage : Message
{
    private readonly ActorCell _cell;

    internal ActorContext(ActorCell cell) => _cell = cell;

    /// <summary>The system it lives in.</summary>
    public ActorSystem System => _cell.System;

    /// <summary>Children that have not terminated yet.</summary>
    public int ChildCount => _cell.ChildCount;

    /// <summary>Names of the children that have not terminated yet.</summary>
    public IReadOnlyList<string> ChildNames => _cell.ChildNames();

    /// <summary>Makes a child. Throws <see cref="InvalidOperationException"/> if a child of that name has not terminated yet, or the actor is stopping.</summary>
    public ActorRef<TChild> Spawn<TChild>(Props<TChild> props, string name)
        where TChild : Message
        => new(_cell.Spawn(props, name));

    /// <inheritdoc cref="Spawn{TChild}(Props{TChild}, string)"/>
    public ActorRef<TChild> Spawn<TChild, TState>(Props<TChild, TState> props, string name)
        where TChild : Message
        => new(_cell.Spawn(props, name));

    /// <summary>
    /// Has <paramref name="onTerminated"/> told to this actor when <paramref name="target"/> has stopped for good (at once if it has).
    /// It is never lost to a full mailbox and comes before what waits there. A child's name is free again by then; an actor that is stopping is not told.
    /// </summary>
    public void Watch<TOther>(ActorRef<TOther> target, TMessage onTerminated)
        where TOther : Message
    {
        ArgumentNullException.ThrowIfNull(onTerminated);
        if (target.Cell is { } other)
        {
            other.Send(new SystemMessage(SystemMessageKind.Watch, _cell, message: onTerminated));
        }
        else
        {
            _cell.Send(new SystemMessage(SystemMessageKind.Terminated, message: onTerminated));
        }
    }

    /// <summary>Stops this actor after the message it handles.</summary>
    public void StopSelf() => _cell.Send(new SystemMessage(SystemMessageKind.Stop));

    /// <summary>Tells this actor a message later; dispose the result to take it back.</summary>
    public IDisposable ScheduleOnce(TimeSpan delay, TMessage message) =>
        System.Scheduler.ScheduleOnce(delay, new ActorRef<TMessage>(_cell), message);

    /// <summary>Tells this actor a message again and again, until it stops or the result is disposed; a message that still waits is not told again.</summary>
    public IDisposable SchedulePeriodic(TimeSpan period, TMessage message) =>
        System.Scheduler.SchedulePeriodic(period, new ActorRef<TMessage>(_cell), message);
}
