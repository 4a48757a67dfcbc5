namespace Hpc.Actors.Kernel;

/// <summary>What a full mailbox does with a further message. Either way the message is a dead letter and <c>Tell</c> returns false.</summary>
public enum MailboxOverflow
{
    /// <summary>Only the message is lost.</summary>
    DeadLetter,

    /// <summary>The actor is stopped: it does not keep up and its state would be wrong without the message.</summary>
    Stop,
}

/// <summary>How an actor is made and kept; shared by all actors of a kind where the factory captures nothing.</summary>
public abstract record Props
{
    private protected Props()
    {
    }

    /// <summary>Most messages that wait at once.</summary>
    public int MailboxCapacity { get; init; } = 1024;

    /// <summary>What a full mailbox does.</summary>
    public MailboxOverflow Overflow { get; init; }

    /// <summary>How the actor answers to the failures of its children.</summary>
    public SupervisorStrategy Supervision { get; init; } = SupervisorStrategy.Restart;

    internal abstract ActorBase Create();

    /// <summary>Props of actors that <paramref name="factory"/> makes, at the start and at every restart.</summary>
    public static Props<TMessage> Create<TMessage>(Func<Actor<TMessage>> factory)
        where TMessage : Message
        => new(factory);
}

/// <summary>How an actor that takes <typeparamref name="TMessage"/> is made and kept.</summary>
/// <param name="Factory">Makes an instance; runs on the actor's own turn.</param>
public sealed record Props<TMessage>(Func<Actor<TMessage>> Factory) : Props
    where TMessage : Message
{
    internal override ActorBase Create() => Factory();
}

/// <summary>Props of many actors of one kind that differ in one thing: the factory captures nothing and is shared.</summary>
/// <typeparam name="TMessage">What the actor takes.</typeparam>
/// <typeparam name="TState">What it is about.</typeparam>
/// <param name="State">Handed to the factory.</param>
/// <param name="Factory">Makes an instance; runs on the actor's own turn.</param>
public sealed record Props<TMessage, TState>(TState State, Func<TState, Actor<TMessage>> Factory) : Props
    where TMessage : Message
{
    internal override ActorBase Create() => Factory(State);
}
