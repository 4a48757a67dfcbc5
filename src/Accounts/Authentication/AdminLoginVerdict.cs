namespace Hpc.Accounts.Authentication;

/// <summary>What became of an <see cref="AdminLoginAttempt"/>.</summary>
public enum AdminLoginVerdict
{
    /// <summary>Refused. The peer learns nothing more.</summary>
    Refused,

    /// <summary>The password is right and a one-time password or recovery code must be given with it.</summary>
    PasscodeNeeded,

    /// <summary>Accepted.</summary>
    Accepted,
}
