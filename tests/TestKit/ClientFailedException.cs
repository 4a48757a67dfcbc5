namespace Hpc.TestKit;

/// <summary>A client ended with an error or not at all.</summary>
public sealed class ClientFailedException : Exception
{
    /// <summary>A failure with a message of its own.</summary>
    public ClientFailedException(string message)
        : base(message)
    {
    }

    /// <summary>A client that ended with an error.</summary>
    public ClientFailedException(ClientResult result)
        : base(result.Everything)
    {
    }
}
