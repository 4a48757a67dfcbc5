using System.Net;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Services;

internal static partial class ServicesLog
{
    [LoggerMessage(3201, LogLevel.Information, "{Action} of {Kind} {Name} by {Actor} from {RemoteAddress}.")]
    public static partial void Changed(ILogger logger, ObjectAction action, ObjectKind kind, string name, string actor, IPAddress? remoteAddress);

    [LoggerMessage(3202, LogLevel.Warning, "{Action} of {Kind} {Name} by {Actor} from {RemoteAddress} was refused: {Reason}")]
    public static partial void Refused(ILogger logger, ObjectAction action, ObjectKind kind, string name, string actor, IPAddress? remoteAddress, string reason);

    [LoggerMessage(3203, LogLevel.Error, "What is counted of {Kind} {Name}, which was removed, could not be forgotten.")]
    public static partial void LeftBehind(ILogger logger, Exception exception, ObjectKind kind, string name);

    [LoggerMessage(3204, LogLevel.Warning, "The login of {UserName} could not be remembered.")]
    public static partial void LoginNotRecorded(ILogger logger, Exception exception, string userName);

    [LoggerMessage(3205, LogLevel.Information, "The second factor of {Kind} {Name} was {Change} by {Actor} from {RemoteAddress}.")]
    public static partial void SecondFactorChanged(ILogger logger, ObjectKind kind, string name, string change, string actor, IPAddress? remoteAddress);

    [LoggerMessage(3206, LogLevel.Information, "The password of {Kind} {Name} was changed by {Actor} from {RemoteAddress}.")]
    public static partial void PasswordChanged(ILogger logger, ObjectKind kind, string name, string actor, IPAddress? remoteAddress);

    [LoggerMessage(3207, LogLevel.Warning, "A code to reset the password of {Kind} {Name} could not be sent.")]
    public static partial void ResetCodeNotSent(ILogger logger, Exception? exception, ObjectKind kind, string name);

    [LoggerMessage(3208, LogLevel.Warning, "The group {GroupName} says %role%: its members who lose the role {Role}, which is being removed, may not be able to log in until they have another.")]
    public static partial void GroupNeedsRole(ILogger logger, string groupName, string role);
}
