namespace Hpc.Accounts.Data;

/// <summary>A data provider cannot be used; the message is for the operator and holds no secret.</summary>
public sealed class DataProviderException : Exception
{
    /// <summary>Without a message.</summary>
    public DataProviderException()
    {
    }

    /// <summary>With a message.</summary>
    public DataProviderException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public DataProviderException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>True if its server cannot be reached now, or is only starting: it may work a moment later.</summary>
    public bool IsUnreachable { get; init; }
}
