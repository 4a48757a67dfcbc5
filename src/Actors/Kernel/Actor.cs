namespace Hpc.Actors.Kernel;

/// <summary>What all actors have in common; derive from <see cref="Actor{TMessage}"/>.</summary>
public abstract class ActorBase
{
    // Set by the cell right after the factory returns.
    internal ActorCell? Owner;

    private protected ActorBase()
    {
    }

    internal ActorCell Cell => Owner ?? throw new InvalidOperationException("An actor has no context before its factory returns; use PreStart.");

    /// <summary>Cancelled when the actor stops or restarts; hand it to whatever the actor starts.</summary>
    protected CancellationToken Stopping => Cell.StoppingToken;

    /// <summary>Runs before the first message, and after a restart unless <see cref="PostRestart"/> is overridden. A failure reaches the supervisor.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Runs once, when the actor has stopped and all its children before it. Not run by a restart.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Runs on the failed instance before a new one takes its place. The default stops all children; override it to keep them.</summary>
    protected virtual void PreRestart(Exception reason) => Cell.StopChildren();

    /// <summary>Runs on the new instance of a restart, in the place of <see cref="PreStart"/>, which it calls by default.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    internal abstract void Invoke(Message message);

    internal void RunPreStart() => PreStart();

    internal void RunPostStop() => PostStop();

    internal void RunPreRestart(Exception reason) => PreRestart(reason);

    internal void RunPostRestart(Exception reason) => PostRestart(reason);
}

/// <summary>
/// Handles one message at a time and never awaits inside one: asynchronous work is piped back to <see cref="Self"/> as a message.
/// An exception thrown here reaches the supervisor.
/// </summary>
/// <typeparam name="TMessage">Base of all messages it takes.</typeparam>
public abstract class Actor<TMessage> : ActorBase
    where TMessage : Message
{
    /// <summary>Itself, to hand to others.</summary>
    protected ActorRef<TMessage> Self => new(Cell);

    /// <summary>Children, death watch and timers. Only to be used while the actor handles a message or runs a hook.</summary>
    protected ActorContext<TMessage> Context => new(Cell);

    /// <summary>Handles one message.</summary>
    protected abstract void Receive(TMessage message);

    internal sealed override void Invoke(Message message) => Receive((TMessage)message);
}
