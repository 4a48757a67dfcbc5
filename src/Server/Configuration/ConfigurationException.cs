namespace Hpc.Server.Configuration;

/// <summary>The configuration cannot be used; every fault is listed with its key, what was found and what is allowed.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>No faults named.</summary>
    public ConfigurationException()
        : this("The configuration cannot be used.")
    {
    }

    /// <summary>One fault.</summary>
    public ConfigurationException(string message)
        : this([message])
    {
    }

    /// <summary>One fault with its cause.</summary>
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException) => Faults = [message];

    /// <summary>Several faults.</summary>
    public ConfigurationException(IReadOnlyList<string> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
