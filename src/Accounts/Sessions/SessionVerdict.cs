namespace Hpc.Accounts.Sessions;

/// <summary>What a change of its account or its share means for an open session.</summary>
public enum SessionVerdict
{
    /// <summary>It goes on, by the account as it is now.</summary>
    GoesOn,

    /// <summary>The account is gone, or another one has its name.</summary>
    Removed,

    /// <summary>The account is disabled.</summary>
    Disabled,

    /// <summary>The account has expired.</summary>
    Expired,

    /// <summary>The account may not use the session's protocol any more.</summary>
    ProtocolDenied,

    /// <summary>The account may not be used from the session's address any more.</summary>
    SourceDenied,

    /// <summary>The way that the session was logged in by is not allowed any more.</summary>
    MethodDenied,

    /// <summary>Password, keys, certificates or second factor are others.</summary>
    CredentialsChanged,

    /// <summary>The account may not have shares any more.</summary>
    SharesDenied,

    /// <summary>The share is gone.</summary>
    ShareRemoved,

    /// <summary>The share has expired.</summary>
    ShareExpired,

    /// <summary>Paths, scope, password, networks or owner of the share are others.</summary>
    ShareChanged,
}
