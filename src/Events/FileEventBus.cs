using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Events;

/// <summary>
/// Hands every file event to each subscriber, on the thread of the operation. Subscribers are quick (they count, or log) or put a <see cref="FileEventQueue"/> in between.
/// One that throws is logged and harms neither the operation nor the others.
/// </summary>
public sealed class FileEventBus : IFileEventSink
{
    private readonly IFileEventSink[] _subscribers;
    private readonly ILogger _logger;
    private readonly RareLine _faultLine;
    private long _faults;

    /// <summary>Makes the bus; its subscribers stay the caller's.</summary>
    public FileEventBus(IReadOnlyList<IFileEventSink> subscribers, TimeProvider time, ILogger<FileEventBus> logger)
    {
        _subscribers = [.. subscribers];
        _logger = logger;
        _faultLine = new RareLine(time);
    }

    /// <summary>Events that a subscriber failed to take.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <inheritdoc/>
    public void Publish(in FileEvent fileEvent)
    {
        foreach (IFileEventSink subscriber in _subscribers)
        {
            try
            {
                subscriber.Publish(fileEvent);
            }
#pragma warning disable CA1031 // Whatever a subscriber does, the operation it hears of has happened.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref _faults);
                if (_faultLine.IsDue())
                {
                    EventsLog.SubscriberFailed(_logger, subscriber.GetType().Name, Faults, error);
                }
            }
        }
    }
}
