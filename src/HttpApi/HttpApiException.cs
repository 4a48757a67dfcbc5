namespace Hpc.HttpApi;

/// <summary>The REST API cannot be served as it is configured; the message is for the operator and holds no secret.</summary>
public sealed class HttpApiException : Exception
{
    /// <summary>Without a message.</summary>
    public HttpApiException()
    {
    }

    /// <summary>With a message.</summary>
    public HttpApiException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public HttpApiException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
