namespace Hpc.Actors.Kernel;

/// <summary>An ask got no answer in time.</summary>
public sealed class AskTimeoutException : TimeoutException
{
    /// <summary>Makes one without a message.</summary>
    public AskTimeoutException()
    {
    }

    /// <summary>Makes one.</summary>
    public AskTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    public AskTimeoutException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A message that somebody awaited an answer to was not handled: its actor is gone or its mailbox is full.</summary>
public sealed class DeadLetterException : InvalidOperationException
{
    /// <summary>Makes one without a message.</summary>
    public DeadLetterException()
    {
    }

    /// <summary>Makes one.</summary>
    public DeadLetterException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    public DeadLetterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
