using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Limits;

internal static partial class UsageLog
{
    /// <summary>The error with its stack, unless it is one that an operator can do something about: a store that is locked, a directory that is away.</summary>
    public static Exception? Unexpected(Exception error) => error is DbException or DataProviderException or IOException or UnauthorizedAccessException ? null : error;

    [LoggerMessage(3200, LogLevel.Error, "The usage store does not answer: what is reserved can still be used, after that uploads with a quota are refused: {Reason}")]
    public static partial void StoreFailed(ILogger logger, string reason, Exception? error);

    [LoggerMessage(3201, LogLevel.Information, "The usage store answers again")]
    public static partial void StoreAnswers(ILogger logger);

    [LoggerMessage(3202, LogLevel.Information, "Recovery of {Scopes} scopes that were in use when the server stopped without order begins")]
    public static partial void RecoveryBegins(ILogger logger, int scopes);

    [LoggerMessage(3203, LogLevel.Information, "Recovery of {Scope}: {Entries} entries so far, {Files} files, {Bytes} bytes")]
    public static partial void RecoveryProgress(ILogger logger, string scope, long entries, long files, long bytes);

    [LoggerMessage(3204, LogLevel.Information, "{Scope} is recovered: {FilesBefore} files and {BytesBefore} bytes were noted, {Files} files and {Bytes} bytes are there; {Removed} left-over uploads removed, {Renamed} named")]
    public static partial void Recovered(
        ILogger logger, string scope, long filesBefore, long bytesBefore, long files, long bytes, long removed, long renamed);

    [LoggerMessage(3205, LogLevel.Information, "{Scope} belongs to nobody any more: what was counted is forgotten")]
    public static partial void ScopeForgotten(ILogger logger, string scope);

    [LoggerMessage(3206, LogLevel.Error, "{Scope} cannot be recovered: {Error}. What was reserved counts as used until it can: it is tried again")]
    public static partial void RecoveryFailed(ILogger logger, string scope, StorageError error, Exception? exception);

    [LoggerMessage(3207, LogLevel.Information, "Scan of {Scope}: {FilesBefore} files and {BytesBefore} bytes were noted, {Files} files and {Bytes} bytes are there")]
    public static partial void Scanned(ILogger logger, string scope, long filesBefore, long bytesBefore, long files, long bytes);

    [LoggerMessage(3208, LogLevel.Warning, "Scan of {Scope}: {Unreadable} directories may not be read, {Failed} left-over uploads cannot be cleared up")]
    public static partial void ScanIncomplete(ILogger logger, string scope, long unreadable, long failed);

    [LoggerMessage(3209, LogLevel.Error, "Recovery stopped early; it is tried again: {Reason}")]
    public static partial void RecoveryAborted(ILogger logger, string reason, Exception? error);

    [LoggerMessage(3210, LogLevel.Warning, "Scan of {Scope}: files changed all the while, so that its figures were corrected upwards only")]
    public static partial void ScanInexact(ILogger logger, string scope);

    [LoggerMessage(3211, LogLevel.Error, "{Scope} was never counted, and cannot be: it is tried again: {Reason}")]
    public static partial void FirstScanFailed(ILogger logger, string scope, string reason, Exception? error);

    [LoggerMessage(3212, LogLevel.Error, "What the usage store said ({Message}) is dropped, since handling it has failed {Tries} times: what is counted may be wrong until 'hpc user scan' and 'hpc folder scan'")]
    public static partial void AnswerDropped(ILogger logger, string message, int tries);

    [LoggerMessage(3213, LogLevel.Warning, "This node was taken for dead, and its run {Epoch} of counting was ended by another one. A new run begins; {Scopes} users and folders whose files it was changing are counted again")]
    public static partial void RunEnded(ILogger logger, string epoch, int scopes);

    [LoggerMessage(3214, LogLevel.Warning, "Node {Node} is away for {Seconds} s: its run {Epoch} of counting is ended, and what it has reserved is free when {Wait} s are over and its files are counted")]
    public static partial void DeadRunEnded(ILogger logger, string node, string epoch, int seconds, int wait);

    [LoggerMessage(3215, LogLevel.Information, "What node {Node} had reserved in its run {Epoch} is free again")]
    public static partial void DeadRunFinished(ILogger logger, string node, string epoch);

    [LoggerMessage(3216, LogLevel.Error, "What dead nodes have reserved cannot be looked at; it is tried again: {Reason}")]
    public static partial void DeadNodesUnknown(ILogger logger, string reason, Exception? error);
}
