namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>What a client does about TLS, and which listener of the shared server it goes to.</summary>
public enum TlsUse
{
    /// <summary>None, where TLS is optional.</summary>
    None,

    /// <summary>AUTH TLS and PROT P, where TLS is optional.</summary>
    Explicit,

    /// <summary>AUTH TLS, where logins are asked for it and data connections are not.</summary>
    Control,

    /// <summary>AUTH TLS and PROT P, where both are required and data connections have to resume the session.</summary>
    Required,

    /// <summary>From the first byte on.</summary>
    Implicit,
}
