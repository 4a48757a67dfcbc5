namespace Hpc.Actors.Kernel;

/// <summary>What becomes of an actor whose Receive or PreStart threw.</summary>
public enum Directive
{
    /// <summary>A new instance goes on with the same mailbox; the message that failed is gone.</summary>
    Restart,

    /// <summary>The same instance goes on; the message that failed is gone.</summary>
    Resume,

    /// <summary>The actor and everything below it stops.</summary>
    Stop,

    /// <summary>The supervisor fails itself, for its own supervisor to decide.</summary>
    Escalate,
}

/// <summary>How an actor answers to the failures of its children, each child for itself.</summary>
public sealed record SupervisorStrategy
{
    /// <summary>Restarts up to ten times a minute, then stops.</summary>
    public static SupervisorStrategy Restart { get; } = new();

    /// <summary>Stops a child that fails.</summary>
    public static SupervisorStrategy Stop { get; } = new() { Decide = static _ => Directive.Stop };

    /// <summary>Lets a child go on with the next message.</summary>
    public static SupervisorStrategy Resume { get; } = new() { Decide = static _ => Directive.Resume };

    /// <summary>Fails with the child.</summary>
    public static SupervisorStrategy Escalate { get; } = new() { Decide = static _ => Directive.Escalate };

    /// <summary>Decides by the exception. An exception of its own counts as <see cref="Directive.Escalate"/>.</summary>
    public Func<Exception, Directive> Decide { get; init; } = static _ => Directive.Restart;

    /// <summary>Restarts of one child within <see cref="Window"/>; the failure after these stops it.</summary>
    public int MaxRestarts { get; init; } = 10;

    /// <summary>How long a restart counts.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);
}
