using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Kernel;

/// <summary>Why a message was not handled.</summary>
public enum DeadLetterReason
{
    /// <summary>The actor is stopping or has stopped.</summary>
    Terminated,

    /// <summary>The mailbox holds as many messages as its bound allows.</summary>
    MailboxFull,
}

/// <summary>A message that was not handled.</summary>
/// <param name="Path">The actor it was told to.</param>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why it was not handled.</param>
public sealed record DeadLetter(string Path, Message Message, DeadLetterReason Reason);

/// <summary>Where messages end that no actor handles: counted, shown to one subscriber, and answered with a failure if somebody asked.</summary>
public sealed class DeadLetters
{
    private readonly ILogger _logger;
    private long _terminated;
    private long _mailboxFull;
    private Action<DeadLetter>? _subscriber;

    internal DeadLetters(ILogger logger) => _logger = logger;

    /// <summary>All messages lost so far.</summary>
    public long Count => CountOf(DeadLetterReason.Terminated) + CountOf(DeadLetterReason.MailboxFull);

    /// <summary>Messages lost for one reason.</summary>
    public long CountOf(DeadLetterReason reason) =>
        reason == DeadLetterReason.Terminated ? Volatile.Read(ref _terminated) : Volatile.Read(ref _mailboxFull);

    /// <summary>Sets the one subscriber, or none. It is called on the losing thread and must not block.</summary>
    public void Subscribe(Action<DeadLetter>? subscriber) => Volatile.Write(ref _subscriber, subscriber);

    internal void Publish(ActorCell cell, Message message, DeadLetterReason reason)
    {
        Interlocked.Increment(ref reason == DeadLetterReason.Terminated ? ref _terminated : ref _mailboxFull);
        if (message is IAsk ask)
        {
            ask.Reply.TryFail(new DeadLetterException($"{cell.Path} did not take {message.GetType().Name}: {reason}."));
        }

        if (message is IOwned owned)
        {
            GiveBack(owned);
        }

        KernelLog.DeadLetter(_logger, cell, message.GetType(), reason);
        if (Volatile.Read(ref _subscriber) is { } subscriber)
        {
            Show(subscriber, new DeadLetter(cell.Path, message, reason));
        }
    }

    private void GiveBack(IOwned owned)
    {
        try
        {
            owned.GiveBack();
        }
        catch (Exception error)
        {
            KernelLog.GivingBackFailed(_logger, error);
        }
    }

    private void Show(Action<DeadLetter> subscriber, DeadLetter letter)
    {
        try
        {
            subscriber(letter);
        }
        catch (Exception error)
        {
            KernelLog.DeadLetterSubscriberFailed(_logger, error);
        }
    }
}
