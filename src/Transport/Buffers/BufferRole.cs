namespace Hpc.Transport.Buffers;

/// <summary>What a rented block is for; leaks and budgets are counted by it.</summary>
public enum BufferRole
{
    /// <summary>Receives from a socket.</summary>
    Receive,

    /// <summary>Waits to be sent to a socket.</summary>
    Send,

    /// <summary>Input of a channel that its consumer has not taken yet.</summary>
    ChannelInput,

    /// <summary>Output of a channel that waits for the peer's window.</summary>
    ChannelBacklog,

    /// <summary>File content on its way from or to a worker.</summary>
    Storage,
}
