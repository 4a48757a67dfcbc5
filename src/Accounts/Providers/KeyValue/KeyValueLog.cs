using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.KeyValue;

internal static partial class KeyValueLog
{
    [LoggerMessage(3301, LogLevel.Warning, "The last {Bytes} bytes of {Path}, from {Offset} on, are of a change that was not finished when the server stopped; they are cut off.")]
    public static partial void TailCut(ILogger logger, string path, long offset, long bytes);

    [LoggerMessage(3302, LogLevel.Information, "{Path} was written anew: {Before} bytes are {After} now.")]
    public static partial void Compacted(ILogger logger, string path, long before, long after);

    [LoggerMessage(3303, LogLevel.Error, "{Path} cannot be written; what was not acknowledged is taken back.")]
    public static partial void WriteFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(3304, LogLevel.Critical, "{Path} can neither be written nor read anew; the data provider is closed.")]
    public static partial void Broken(ILogger logger, string path, Exception exception);

    [LoggerMessage(3305, LogLevel.Warning, "{Path} could not be written anew and goes on to grow.")]
    public static partial void CompactionFailed(ILogger logger, string path, Exception exception);
}
