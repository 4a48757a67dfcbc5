namespace Hpc.Accounts.Authentication;

/// <summary>What became of an API key (R3.22).</summary>
public enum ApiKeyVerdict
{
    /// <summary>It has not the form of a key, or there is none of its id (400).</summary>
    Malformed,

    /// <summary>Its secret is wrong, it has expired, or it may not act for its account (401).</summary>
    Refused,

    /// <summary>Accepted for an administrator.</summary>
    AcceptedAdmin,

    /// <summary>Accepted for a user.</summary>
    AcceptedUser,
}
