using System.Net;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Dumps;

internal static partial class DumpsLog
{
    [LoggerMessage(3201, LogLevel.Information, "{Actor} from {Remote} loaded a dump: {Added} objects added, {Updated} updated, {Skipped} left as they are.")]
    public static partial void Loaded(ILogger logger, string actor, IPAddress? remote, int added, int updated, int skipped);

    [LoggerMessage(3202, LogLevel.Warning, "A dump was loaded, but not everything that follows was done: {What}.")]
    public static partial void NotFinished(ILogger logger, Exception exception, string what);

    [LoggerMessage(3203, LogLevel.Information, "{Actor} from {Remote} wrote a dump of {Count} objects.")]
    public static partial void Written(ILogger logger, string actor, IPAddress? remote, long count);

    [LoggerMessage(3204, LogLevel.Warning, "Objects were changed while {Actor} from {Remote} wrote a dump: it is not of one moment.")]
    public static partial void NotOfOneMoment(ILogger logger, string actor, IPAddress? remote);
}
