using System.Threading.Channels;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Events;

/// <summary>
/// A subscriber that takes its time: events wait in a queue of bounded length and are handled one after the other on the pool.
/// When the queue is full, new events are dropped and counted; a line a minute says so.
/// </summary>
public sealed class FileEventQueue : IFileEventSink, IAsyncDisposable
{
    /// <summary>Events that wait, unless the constructor is told otherwise.</summary>
    public const int DefaultCapacity = 8192;

    private readonly Channel<FileEvent> _events;
    private readonly Func<FileEvent, CancellationToken, ValueTask> _handle;
    private readonly ILogger _logger;
    private readonly RareLine _droppedLine;
    private readonly RareLine _faultLine;
    private readonly CancellationTokenSource _atOnce = new();
    private readonly Task _loop;
    private long _dropped;
    private long _faults;

    /// <summary>Starts the queue.</summary>
    /// <param name="name">Who subscribes, for the log and metrics.</param>
    /// <param name="handle">Handles one event; what it throws is logged. Its token is cancelled if it takes too long at the end.</param>
    /// <param name="time">The clock of the log's minute.</param>
    /// <param name="logger">Where it is told what was dropped.</param>
    /// <param name="capacity">Events that wait.</param>
    public FileEventQueue(
        string name, Func<FileEvent, CancellationToken, ValueTask> handle, TimeProvider time, ILogger<FileEventQueue> logger, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Name = name;
        _handle = handle;
        _logger = logger;
        _droppedLine = new RareLine(time);
        _faultLine = new RareLine(time);
        _events = Channel.CreateBounded<FileEvent>(new BoundedChannelOptions(capacity)
        {
            // TryWrite then says no instead of throwing away an event that was taken.
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            AllowSynchronousContinuations = false,
        });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Who subscribes.</summary>
    public string Name { get; }

    /// <summary>Events that found the queue full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Events that the subscriber failed to handle.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Longest time that what waits gets at the end.</summary>
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public void Publish(in FileEvent fileEvent)
    {
        if (_events.Writer.TryWrite(fileEvent))
        {
            return;
        }

        Interlocked.Increment(ref _dropped);
        if (_droppedLine.IsDue())
        {
            EventsLog.EventsDropped(_logger, Name, Dropped);
        }
    }

    /// <summary>Takes no more events and handles those that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_events.Writer.TryComplete())
        {
            return;
        }

        _atOnce.CancelAfter(EndTimeout);
        await _loop.ConfigureAwait(false);
        _atOnce.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (FileEvent fileEvent in _events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_atOnce.IsCancellationRequested)
            {
                Interlocked.Increment(ref _dropped);
                continue;
            }

            try
            {
                await _handle(fileEvent, _atOnce.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The next event may go well.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref _faults);
                if (_faultLine.IsDue())
                {
                    EventsLog.SubscriberFailed(_logger, Name, Faults, error);
                }
            }
        }
    }
}
