namespace Hpc.Transport.Tls;

/// <summary>Certificates, keys, authorities or what they have revoked cannot be used as configured.</summary>
public sealed class TlsConfigurationException : Exception
{
    /// <summary>Makes one without a reason.</summary>
    public TlsConfigurationException()
    {
    }

    /// <summary>Makes one.</summary>
    public TlsConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public TlsConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
