using System.Net.Sockets;

namespace Hpc.Transport.Tests.Data;

public sealed class SocketReadinessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Peers_that_always_have_more_leave_the_others_their_turn()
    {
        // More than there are threads, so that some share one with what is asked here.
        List<DataPair> floods = [];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        List<Task> work = [];
        for (int i = 0; i < Environment.ProcessorCount * 2; i++)
        {
            DataPair flood = await DataPair.CreateAsync();
            floods.Add(flood);
            work.Add(Task.Run(() => SendForEverAsync(flood.Peer, over.Token), Ct));
            work.Add(Task.Run(() => ReceiveForEverAsync(flood, over.Token), Ct));
        }

        try
        {
            await Wait.UntilAsync(() => floods.All(static flood => flood.Connection.Moved > 0), "all peers send");
            for (int i = 0; i < Environment.ProcessorCount; i++)
            {
                await using DataPair pair = await DataPair.CreateAsync();
                for (byte number = 1; number < 20; number++)
                {
                    ValueTask waiting = pair.Connection.WaitReadableAsync(Ct);
                    await pair.Peer.SendAsync(new[] { number }, SocketFlags.None, Ct);
                    await waiting.AsTask().WaitAsync(Patience, Ct);
                    byte[] received = new byte[2];
                    (await pair.Connection.ReceiveAsync(received, Ct)).ShouldBe(1);
                    received[0].ShouldBe(number);
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(work);
            foreach (DataPair flood in floods)
            {
                await flood.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Who_has_received_for_a_turn_waits_for_the_next_one_though_there_is_more()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task sending = Task.Run(() => SendForEverAsync(pair.Peer, over.Token), Ct);
        byte[] block = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
        long turn = 0;
        while (turn < 1024 * 1024)
        {
            if (!pair.Connection.TryReceive(block, out int count))
            {
                await Task.Delay(1, Ct);
            }

            turn += count;
        }

        await Wait.UntilAsync(() => pair.Connection.Socket.Poll(0, SelectMode.SelectRead), "there is more");
        pair.Connection.TryReceive(block, out int _).ShouldBeFalse();
        await pair.Connection.WaitReadableAsync(Ct).AsTask().WaitAsync(Patience, Ct);
        pair.Connection.TryReceive(block, out int more).ShouldBeTrue();
        more.ShouldBeGreaterThan(0);
        await over.CancelAsync();
        await sending;
    }

    [Fact]
    public async Task A_wait_that_was_given_up_ends_at_once_and_the_next_one_is_told()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        for (int i = 0; i < 50; i++)
        {
            using var over = new CancellationTokenSource();
            ValueTask waiting = pair.Connection.WaitReadableAsync(over.Token);
            waiting.IsCompleted.ShouldBeFalse();
            await over.CancelAsync();
            OperationCanceledException thrown = await Should.ThrowAsync<OperationCanceledException>(async () => await waiting);
            thrown.CancellationToken.ShouldBe(over.Token);

            waiting = pair.Connection.WaitReadableAsync(Ct);
            waiting.IsCompleted.ShouldBeFalse();
            await pair.Peer.SendAsync(new byte[1], SocketFlags.None, Ct);
            await waiting.AsTask().WaitAsync(Patience, Ct);
            (await pair.Connection.ReceiveAsync(new byte[2], Ct)).ShouldBe(1);
        }

        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await pair.Connection.WaitReadableAsync(before.Token));
        await Should.ThrowAsync<OperationCanceledException>(async () => await pair.Connection.WaitWritableAsync(before.Token));
    }

    [Fact]
    public async Task A_cut_does_not_go_on_with_the_transfer_on_the_thread_that_cuts()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        using var mayGoOn = new ManualResetEventSlim();
        Task transfer = WaitAndBlockAsync(pair, mayGoOn);
        pair.Connection.Abort();
        transfer.IsCompleted.ShouldBeFalse();
        mayGoOn.Set();
        await transfer;
    }

    [Fact]
    public async Task Room_is_told_when_the_peer_has_taken_something_and_no_sooner()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        await pair.Connection.WaitWritableAsync(Ct);
        byte[] block = GC.AllocateUninitializedArray<byte>(32 * 1024 * 1024, pinned: true);
        int sent = 0;
        for (int refusals = 0; refusals < 2;)
        {
            sent += pair.Connection.TrySend(block.AsSpan(0, 1024 * 1024), out SocketError error);
            refusals = error == SocketError.Success ? 0 : refusals + 1;
            await Task.Delay(refusals > 0 ? 100 : 0, Ct);
        }

        ValueTask waiting = pair.Connection.WaitWritableAsync(Ct);
        waiting.IsCompleted.ShouldBeFalse();
        for (int left = sent; left > 0;)
        {
            left -= await pair.Peer.ReceiveAsync(block, SocketFlags.None, Ct);
        }

        await waiting.AsTask().WaitAsync(Patience, Ct);
        pair.Connection.TrySend(block.AsSpan(0, 1), out _).ShouldBe(1);
    }

    [Fact]
    public async Task Two_waits_at_once_are_refused()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        ValueTask first = pair.Connection.WaitReadableAsync(Ct);
        await Should.ThrowAsync<InvalidOperationException>(async () => await pair.Connection.WaitWritableAsync(Ct));
        await pair.Peer.SendAsync(new byte[1], SocketFlags.None, Ct);
        await first.AsTask().WaitAsync(Patience, Ct);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_it_ends_nobody_waits_for_ever(int seed)
    {
        // Sockets come and go, so that descriptors and what was told of them are used again.
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Ct, async (lane, ct) =>
        {
            var random = new Random((seed * 100) + lane);
            for (int i = 0; i < 60; i++)
            {
                await using DataPair pair = await DataPair.CreateAsync();
                byte mark = (byte)random.Next(1, 256);
                using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
                Task<int> receiving = pair.Connection.ReceiveAsync(new byte[16], over.Token).AsTask();
                int ending = random.Next(5);
                if (random.Next(2) == 0)
                {
                    await Task.Yield();
                }

                switch (ending)
                {
                    case 0:
                        await pair.Peer.SendAsync(new[] { mark }, SocketFlags.None, ct);
                        (await receiving.WaitAsync(Patience, ct)).ShouldBe(1);
                        break;
                    case 1:
                        pair.Peer.Shutdown(SocketShutdown.Send);
                        (await receiving.WaitAsync(Patience, ct)).ShouldBe(0);
                        break;
                    case 2:
                        pair.Peer.Close(0);
                        await Should.ThrowAsync<IOException>(() => receiving.WaitAsync(Patience, ct));
                        break;
                    case 3:
                        Task cancelling = over.CancelAsync();
                        pair.Connection.Abort();
                        Exception thrown = await Should.ThrowAsync<Exception>(() => receiving.WaitAsync(Patience, ct));
                        (thrown is IOException or OperationCanceledException).ShouldBeTrue(thrown.ToString());
                        await cancelling;
                        break;
                    default:
                        pair.Connection.Abort();
                        await Should.ThrowAsync<IOException>(() => receiving.WaitAsync(Patience, ct));
                        break;
                }
            }
        });
    }

    private static async Task WaitAndBlockAsync(DataPair pair, ManualResetEventSlim mayGoOn)
    {
        await Should.ThrowAsync<IOException>(async () =>
        {
            try
            {
                await pair.Connection.WaitReadableAsync(Ct);
            }
            finally
            {
                mayGoOn.Wait(Patience, CancellationToken.None);
            }
        });
    }

    private static async Task SendForEverAsync(Socket peer, CancellationToken ct)
    {
        byte[] block = new byte[256 * 1024];
        try
        {
            while (true)
            {
                await peer.SendAsync(block, SocketFlags.None, ct);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            _ = e;
        }
    }

    private static async Task ReceiveForEverAsync(DataPair pair, CancellationToken ct)
    {
        byte[] block = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
        try
        {
            while (await pair.Connection.ReceiveAsync(block, ct) > 0)
            {
                await pair.Connection.WaitReadableAsync(ct);
            }
        }
        catch (OperationCanceledException e)
        {
            _ = e;
        }
    }
}
