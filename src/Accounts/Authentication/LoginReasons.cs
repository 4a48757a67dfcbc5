namespace Hpc.Accounts.Authentication;

/// <summary>Reasons of refusals that something depends on besides the log.</summary>
internal static class LoginReasons
{
    public const string NoSuchUser = "there is no such user";
    public const string NoSuchAdmin = "there is no such administrator";
    public const string NoSuchKey = "there is no key of this id";
    public const string NoCredential = "no credential was given";
    public const string GivenUp = "the login was given up before its answer";
    public const string AccountChanged = "the account changed while its password was verified";
    public const string QueueFull = "too many passwords are being verified";
    public const string TimedOut = "the password was not verified in time";
    public const string VerificationFailed = "verifying the password failed";
    public const string NoPasscode = "no one-time password was given";
    public const string FaultPrefix = "fault of the server: ";
    public static readonly string PasscodeUnavailable = $"one-time password: {SecondFactor.PasscodeCheck.Unavailable}";

    /// <summary>True if nobody knows whether the password is right: that counts for nobody, whatever else stands against the account.</summary>
    public static bool IsUnverified(string? reason) => reason is QueueFull or TimedOut or VerificationFailed;

    /// <summary>True if the peer did something wrong, and not the server or the moment.</summary>
    public static bool IsOfPeer(string? reason) =>
        reason is not (null or NoCredential or GivenUp or AccountChanged or QueueFull or TimedOut or VerificationFailed)
        && reason != PasscodeUnavailable
        && !reason.StartsWith(FaultPrefix, StringComparison.Ordinal);
}
