namespace Hpc.Actors.Kernel;

/// <summary>
/// Base of everything that is told to an actor. It carries its own link in the mailbox, so that a <c>Tell</c> allocates nothing;
/// an object that already waits in a mailbox is wrapped in an envelope when it is told again.
/// </summary>
public abstract record Message
{
    // Both belong to the mailbox that holds the message: Claimed is 1 from the push until just before Receive.
    internal Message? Next;
    private int _claimed;

    /// <summary>Makes a message that waits nowhere.</summary>
    protected Message()
    {
    }

    /// <summary>Copies nothing: where a message waits is not part of its value.</summary>
    protected Message(Message original)
    {
    }

    /// <summary>Two messages are equal if what they say is equal, wherever they wait.</summary>
    public virtual bool Equals(Message? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>True if the caller alone may link the message.</summary>
    internal bool TryClaim() => Interlocked.CompareExchange(ref _claimed, 1, 0) == 0;

    internal void Unclaim()
    {
        Next = null;
        Volatile.Write(ref _claimed, 0);
    }
}

/// <summary>Carries a message that waits in another mailbox as well.</summary>
internal sealed record Envelope(Message Content) : Message;
