namespace Hpc.Accounts.Sql;

/// <summary>How the connection to a database server is protected. A driver that cannot do one of them does a stronger one or refuses.</summary>
public enum DatabaseTlsMode
{
    /// <summary>Without TLS.</summary>
    Disable,

    /// <summary>With TLS if the server wants it.</summary>
    Allow,

    /// <summary>With TLS if the server can.</summary>
    Prefer,

    /// <summary>With TLS or not at all; who the server is is not checked.</summary>
    Require,

    /// <summary>The same, and the authority of the server's certificate is checked.</summary>
    VerifyCa,

    /// <summary>The same, and the name in the certificate too.</summary>
    VerifyFull,
}
