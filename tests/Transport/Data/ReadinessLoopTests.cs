using System.Collections.Concurrent;
using System.Net.Sockets;
using Hpc.Transport.Data;

namespace Hpc.Transport.Tests.Data;

/// <summary>On which threads connections go on.</summary>
public sealed class ReadinessLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_short_goes_on_among_lines_and_what_moves_much_among_bulk()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        (await ThreadOfAsync(pair)).ShouldStartWith("hpc lines");
        byte[] block = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
        for (int i = 0; i < 4; i++)
        {
            int sent = await pair.Peer.SendAsync(block, SocketFlags.None, Ct);
            for (int left = sent; left > 0;)
            {
                left -= await pair.Connection.ReceiveAsync(block, Ct);
            }
        }

        pair.Connection.Moved.ShouldBeGreaterThanOrEqualTo(1024 * 1024);

        (await ThreadOfAsync(pair)).ShouldStartWith("hpc data");
        (await ThreadOfAsync(pair)).ShouldStartWith("hpc data");
    }

    [Fact]
    public async Task A_thread_that_is_held_up_gets_no_more_connections()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "There is one thread.");
        using var mayGoOn = new ManualResetEventSlim();
        await using DataPair held = await DataPair.CreateAsync();
        Task<string> holding = HoldAsync(held, mayGoOn);
        await held.Peer.SendAsync(new byte[1], SocketFlags.None, Ct);
        string? other = null;
        try
        {
            await Wait.UntilAsync(() => held.Connection.Moved > 0, "it is held up");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Ct);
            await using DataPair pair = await DataPair.CreateAsync();
            other = await ThreadOfAsync(pair);
        }
        finally
        {
            mayGoOn.Set();
        }

        other.ShouldStartWith("hpc lines");
        other.ShouldNotBe(await holding);
    }

    [Fact]
    public async Task Who_waits_with_a_thread_that_is_held_up_goes_on_elsewhere()
    {
        using var mayGoOn = new ManualResetEventSlim();
        await using DataPair held = await DataPair.CreateAsync();
        await using DataPair other = await DataPair.CreateAsync();
        Task<string> holding = HoldAsync(held, mayGoOn);
        Task<int> waiting = other.Connection.ReceiveAsync(new byte[2], Ct).AsTask();
        await held.Peer.SendAsync(new byte[1], SocketFlags.None, Ct);
        try
        {
            await Wait.UntilAsync(() => held.Connection.Moved > 0, "it is held up");
            await other.Peer.SendAsync(new byte[2], SocketFlags.None, Ct);
            await Wait.UntilAsync(
                () =>
                {
                    ReadinessLoop.Relieve();
                    return waiting.IsCompleted;
                },
                "the other one goes on");
            (await waiting).ShouldBe(2);
            holding.IsCompleted.ShouldBeFalse();
        }
        finally
        {
            mayGoOn.Set();
        }

        await holding;
    }

    [Fact]
    public async Task Connections_of_a_thread_that_has_too_much_to_do_go_to_another_and_lose_nothing()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "There is one thread.");
        var threads = new ConcurrentDictionary<string, int>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        enough.CancelAfter(Patience);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync(threads, enough), Ct)));
        threads.Count.ShouldBeGreaterThan(1);
    }

    // One byte after the other, until they were taken on two threads.
    private static async Task AskAsync(ConcurrentDictionary<string, int> threads, CancellationTokenSource enough)
    {
        await using DataPair pair = await DataPair.CreateAsync();
        for (byte number = 1; !enough.IsCancellationRequested; number++)
        {
            Task<(string Thread, byte Number)> answer = TakeAsync(pair);
            await pair.Peer.SendAsync(new[] { number }, SocketFlags.None, Ct);
            (string thread, byte taken) = await answer.WaitAsync(Patience, Ct);
            taken.ShouldBe(number);
            if (thread.StartsWith("hpc lines", StringComparison.Ordinal) && threads.TryAdd(thread, 0) && threads.Count > 1)
            {
                await enough.CancelAsync();
            }
        }
    }

    private static async Task<(string Thread, byte Number)> TakeAsync(DataPair pair)
    {
        await pair.Connection.WaitReadableAsync(Ct).ConfigureAwait(false);
        string thread = Thread.CurrentThread.Name ?? "";
        long until = Environment.TickCount64 + 3;
        while (Environment.TickCount64 < until)
        {
            Thread.SpinWait(100);
        }

        byte[] received = new byte[2];
        (await pair.Connection.ReceiveAsync(received, Ct).ConfigureAwait(false)).ShouldBe(1);

        // What was asked and answered goes on elsewhere: the next question is not put on this thread.
        await Task.Yield();
        return (thread, received[0]);
    }

    /// <summary>The loop's thread that a wait goes on on. What comes before somebody waits is told where it was about to wait, and is tried again.</summary>
    private static async Task<string> ThreadOfAsync(DataPair pair)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            Task<string> waiting = Task.Run(
                async () =>
                {
                    await pair.Connection.WaitReadableAsync(Ct).ConfigureAwait(false);
                    return Thread.CurrentThread.Name ?? "";
                },
                Ct);
            await Task.Delay(20, Ct);
            await pair.Peer.SendAsync(new byte[1], SocketFlags.None, Ct);
            string name = await waiting.WaitAsync(Patience, Ct);
            (await pair.Connection.ReceiveAsync(new byte[2], Ct)).ShouldBe(1);
            if (name.StartsWith("hpc ", StringComparison.Ordinal))
            {
                return name;
            }
        }

        throw new TimeoutException("No wait went on on a thread of a loop.");
    }

    private static async Task<string> HoldAsync(DataPair pair, ManualResetEventSlim mayGoOn)
    {
        await pair.Connection.WaitReadableAsync(Ct).ConfigureAwait(false);
        string name = Thread.CurrentThread.Name ?? "";
        (await pair.Connection.ReceiveAsync(new byte[1], Ct).ConfigureAwait(false)).ShouldBe(1);
        mayGoOn.Wait(Patience, CancellationToken.None);
        return name;
    }
}
