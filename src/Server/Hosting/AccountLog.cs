using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

internal static partial class AccountLog
{
    [LoggerMessage(4020, LogLevel.Information, "session {SessionId} of {Username} on connection {ConnectionId} ends, because of its account: {Verdict}")]
    public static partial void SessionEnded(ILogger logger, string sessionId, string username, string connectionId, SessionVerdict verdict);

    [LoggerMessage(4021, LogLevel.Warning, "accounts of open sessions cannot be looked up; sessions go on, and the next try is in a second")]
    public static partial void CheckFailed(ILogger logger, Exception error);

    [LoggerMessage(4022, LogLevel.Information, "session {SessionId} of {Username} on connection {ConnectionId} goes on by the account as it is now")]
    public static partial void SessionChanged(ILogger logger, string sessionId, string username, string connectionId);

    [LoggerMessage(4023, LogLevel.Warning, "session {SessionId} of {Username} on connection {ConnectionId} ends, because its files cannot be opened by the account as it is now: {Error}")]
    public static partial void FilesNotOpened(ILogger logger, string sessionId, string username, string connectionId, StorageError error);

    [LoggerMessage(4024, LogLevel.Warning, "a change of accounts is not in force yet in {Sessions} open sessions; it goes on in the background")]
    public static partial void ChangeTakesLong(ILogger logger, int sessions);

    [LoggerMessage(4025, LogLevel.Error, "session {SessionId} of {Username} ends, because a change of its account could not be put in force")]
    public static partial void ChangeFaulted(ILogger logger, string sessionId, string username, Exception error);
}
