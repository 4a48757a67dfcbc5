using System.Collections.Concurrent;
using Hpc.Storage;
using Hpc.TestKit;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Tests;

public sealed class FileEventQueueTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger<FileEventQueue> _logger = new();
    private readonly ConcurrentQueue<long> _handled = new();
    private readonly TaskCompletionSource _mayGoOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Events_are_handled_in_order_and_those_that_wait_are_handled_at_the_end()
    {
        await using (var queue = new FileEventQueue("rules", HandleAsync, _time, _logger))
        {
            for (int i = 0; i < 100; i++)
            {
                queue.Publish(Events.Of(FileEventKind.Upload, size: i));
            }

            _mayGoOn.SetResult();
            await queue.DisposeAsync();
            queue.Dropped.ShouldBe(0);
        }

        _handled.ShouldBe(Enumerable.Range(0, 100).Select(i => (long)i));
    }

    [Fact]
    public async Task A_full_queue_drops_counts_and_says_so_once_a_minute()
    {
        var queue = new FileEventQueue("rules", HandleAsync, _time, _logger, capacity: 3);
        // One may be with the handler already.
        for (int i = 0; i < 10; i++)
        {
            queue.Publish(Events.Of(FileEventKind.Upload, size: i));
        }

        queue.Dropped.ShouldBeInRange(6, 7);
        _logger.Lines.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Warning);
        long before = queue.Dropped;
        _time.Advance(TimeSpan.FromSeconds(61));
        for (int i = 0; i < 3; i++)
        {
            queue.Publish(Events.Of(FileEventKind.Upload));
        }

        queue.Dropped.ShouldBeGreaterThan(before);
        _logger.Lines.Count.ShouldBe(2);
        _mayGoOn.SetResult();
        await queue.DisposeAsync();
        _handled.Take(3).ShouldBe([0L, 1L, 2L]);
    }

    [Fact]
    public async Task A_handler_that_throws_is_logged_and_gets_the_next_event()
    {
        var queue = new FileEventQueue(
            "rules",
            (fileEvent, _) => fileEvent.Size == 0 ? throw new InvalidOperationException("broken") : HandleAsync(fileEvent, default),
            _time,
            _logger);
        _mayGoOn.SetResult();
        queue.Publish(Events.Of(FileEventKind.Upload, size: 0));
        queue.Publish(Events.Of(FileEventKind.Upload, size: 1));
        await queue.DisposeAsync();
        _handled.ShouldBe([1L]);
        queue.Faults.ShouldBe(1);
        _logger.Lines.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Error);
    }

    [Fact]
    public async Task A_handler_that_never_ends_does_not_hold_up_the_stop()
    {
        var queue = new FileEventQueue("rules", static async (_, ct) => await Task.Delay(Timeout.Infinite, ct), _time, _logger) { EndTimeout = TimeSpan.FromMilliseconds(1) };
        queue.Publish(Events.Of(FileEventKind.Upload));
        queue.Publish(Events.Of(FileEventKind.Upload));
        await queue.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        (queue.Faults + queue.Dropped).ShouldBe(2);
    }

    private async ValueTask HandleAsync(FileEvent fileEvent, CancellationToken ct)
    {
        await _mayGoOn.Task.WaitAsync(ct);
        _handled.Enqueue(fileEvent.Size);
    }
}
