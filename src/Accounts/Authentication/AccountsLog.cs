using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

internal static partial class AccountsLog
{
    [LoggerMessage(3001, LogLevel.Error, "A login was refused because of a fault: {Method} from {RemoteAddress} by {Protocol}.")]
    public static partial void AuthenticationFault(ILogger logger, Exception exception, LoginMethod method, System.Net.IPAddress remoteAddress, string protocol);

    [LoggerMessage(3002, LogLevel.Warning, "A password was refused unseen: {QueueLength} passwords wait already.")]
    public static partial void PasswordQueueFull(ILogger logger, int queueLength);

    [LoggerMessage(3003, LogLevel.Warning, "A password was not verified within {Timeout} and the login is refused.")]
    public static partial void PasswordTimedOut(ILogger logger, TimeSpan timeout);

    [LoggerMessage(3004, LogLevel.Error, "Verifying a password failed and the login is refused.")]
    public static partial void PasswordVerificationFailed(ILogger logger, Exception exception);

    [LoggerMessage(3005, LogLevel.Error, "User {UserName} has a password hash of a form that is not supported and cannot log in by password.")]
    public static partial void UnsupportedPasswordHash(ILogger logger, string userName);

    [LoggerMessage(3006, LogLevel.Warning, "What follows a login failed: {Errand}. The next login tries again.")]
    public static partial void ErrandFailed(ILogger logger, Exception exception, string errand);

    [LoggerMessage(3007, LogLevel.Warning, "API key {KeyId} for {Account} from {RemoteAddress} was refused: {Reason}")]
    public static partial void ApiKeyRefused(ILogger logger, string keyId, string account, System.Net.IPAddress remoteAddress, string reason);
}
