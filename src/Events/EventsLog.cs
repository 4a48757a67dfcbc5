using Microsoft.Extensions.Logging;

namespace Hpc.Events;

internal static partial class EventsLog
{
    [LoggerMessage(5001, LogLevel.Error, "{Subscriber} failed to take a file event; {Faults} so far")]
    public static partial void SubscriberFailed(ILogger logger, string subscriber, long faults, Exception error);

    [LoggerMessage(5002, LogLevel.Warning, "{Subscriber} is too slow: {Dropped} file events were dropped so far")]
    public static partial void EventsDropped(ILogger logger, string subscriber, long dropped);
}
