using Hpc.Storage;
using Hpc.TestKit;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Tests;

[Collection("meter")]
public sealed class FileEventBusTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ListSink _first = new();
    private readonly ListSink _second = new();
    private readonly ListLogger<FileEventBus> _logger = new();
    private readonly FileEventBus _bus;

    public FileEventBusTests() => _bus = new FileEventBus([_first, _second], _time, _logger);

    [Fact]
    public void Every_subscriber_gets_every_event_in_order()
    {
        _bus.Publish(Events.Of(FileEventKind.Upload, size: 5));
        _bus.Publish(Events.Of(FileEventKind.Delete));
        _first.Events.Select(e => e.Kind).ShouldBe([FileEventKind.Upload, FileEventKind.Delete]);
        _second.Events.ShouldBe(_first.Events);
    }

    [Fact]
    public void A_subscriber_that_throws_harms_nobody_and_is_logged_once_a_minute()
    {
        _first.Fault = new InvalidOperationException("broken");
        _bus.Publish(Events.Of(FileEventKind.Upload));
        _bus.Publish(Events.Of(FileEventKind.Upload));
        _second.Events.Count.ShouldBe(2);
        _bus.Faults.ShouldBe(2);
        _logger.Lines.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Error);
        _time.Advance(TimeSpan.FromMinutes(1));
        _bus.Publish(Events.Of(FileEventKind.Upload));
        _logger.Lines.Count.ShouldBe(2);
        _logger.Lines[1].Values["Faults"].ShouldBe(3L);
    }

    [Fact]
    public void Counting_events_and_a_log_that_is_off_allocate_nothing()
    {
        using var metrics = new FileEventMetrics();
        var bus = new FileEventBus([metrics, new FileEventLog(new ListLogger<FileEventLog>(LogLevel.Error))], _time, _logger);
        FileEvent upload = Events.Of(FileEventKind.Upload, StorageError.QuotaExceeded, 10);
        bus.Publish(upload);
        AllocatedBytes.Least(() => bus.Publish(upload)).ShouldBe(0);
    }
}
