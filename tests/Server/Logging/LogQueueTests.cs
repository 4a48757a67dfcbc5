using System.Collections.Concurrent;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Logging;

public sealed class LogQueueTests
{
    [Fact]
    public async Task All_lines_of_all_threads_are_written_in_their_order_and_not_one_by_one()
    {
        const int Threads = 4;
        const int PerThread = 1000;
        var sink = new ListSink();
        var queue = new LogQueue(sink, missing => Line($"{missing} missing"), Line);

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < PerThread; i++)
            {
                queue.Add(Line($"{thread} {i}"));
            }
        })));
        await queue.DisposeAsync();

        sink.Lines.Count.ShouldBe(Threads * PerThread);
        for (int thread = 0; thread < Threads; thread++)
        {
            sink.Lines.Where(line => line.StartsWith($"{thread} ", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, PerThread).Select(i => $"{thread} {i}"));
        }

        sink.Flushes.ShouldBeLessThan(Threads * PerThread);
        sink.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_line_is_written_without_another_one_behind_it()
    {
        var sink = new ListSink();
        await using var queue = new LogQueue(sink, missing => Line($"{missing} missing"), Line);
        for (int i = 0; i < 3; i++)
        {
            queue.Add(Line("alone"));
            await sink.Flushed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken).ContinueWith(task => task.Result.ShouldBeTrue(), TaskScheduler.Default);
        }

        sink.Lines.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Lines_that_the_sink_fails_to_write_are_counted_and_the_next_ones_are_written()
    {
        var sink = new ListSink { Fails = true };
        var queue = new LogQueue(sink, missing => Line($"{missing} missing"), Line);
        queue.Add(Line("lost"));
        await SpinAsync(() => queue.Dropped == 1);

        sink.Fails = false;
        queue.Add(Line("written"));
        await queue.DisposeAsync();

        sink.Lines.ShouldBe(["written", "1 missing"]);
    }

    private static async Task SpinAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static LogLine Line(string text) => new(LogLevel.Information, text);

    private sealed class ListSink : ILogSink
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public SemaphoreSlim Flushed { get; } = new(0);

        public volatile bool Fails;

        public int Flushes { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Write(LogLine line)
        {
            if (Fails)
            {
                throw new IOException("full");
            }

            Lines.Enqueue(line.Text);
        }

        public void Flush()
        {
            Flushes++;
            Flushed.Release();
        }

        public void Reopen()
        {
        }

        public void Dispose() => IsDisposed = true;
    }
}
