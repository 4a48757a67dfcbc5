namespace Hpc.Accounts.SecondFactor;

/// <summary>What became of a one-time password. Everything but <see cref="Right"/> refuses.</summary>
public enum PasscodeCheck
{
    /// <summary>It is not a code of now.</summary>
    Wrong,

    /// <summary>It is, and from now on it is used.</summary>
    Right,

    /// <summary>It is, and it was used before.</summary>
    Used,

    /// <summary>Too many were wrong for this account, so that it was not looked at (RFC 4226 §7.3).</summary>
    Throttled,

    /// <summary>There is no second factor to check it against, or the secret cannot be had.</summary>
    Unavailable,
}
