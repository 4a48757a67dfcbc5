using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Data;

namespace Hpc.Transport.Tests.Data;

public sealed class PlainDataConnectionTests
{
    private const int Length = 24 * 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_the_peer_sends_arrives_whole_and_in_order(int seed)
    {
        await using DataPair pair = await DataPair.CreateAsync();
        var random = new Random(seed);
        byte[] sent = GC.AllocateUninitializedArray<byte>(Length);
        random.NextBytes(sent);
        Task sending = Task.Run(async () =>
        {
            for (int at = 0; at < sent.Length;)
            {
                int piece = Math.Min(sent.Length - at, random.Next(1, 300_000));
                at += await pair.Peer.SendAsync(sent.AsMemory(at, piece), SocketFlags.None, Ct);
            }

            pair.Peer.Shutdown(SocketShutdown.Send);
        }, Ct);
        byte[] block = GC.AllocateUninitializedArray<byte>(512 * 1024, pinned: true);
        int received = 0;
        while (true)
        {
            await pair.Connection.WaitReadableAsync(Ct);
            int count = await pair.Connection.ReceiveAsync(block, Ct);
            if (count == 0)
            {
                break;
            }

            block.AsSpan(0, count).SequenceEqual(sent.AsSpan(received, count)).ShouldBeTrue();
            received += count;
        }

        await sending;
        received.ShouldBe(Length);
        pair.Connection.Moved.ShouldBe(Length);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_is_sent_reaches_the_peer_whole_and_in_order_and_then_its_end(int seed)
    {
        await using DataPair pair = await DataPair.CreateAsync();
        var random = new Random(seed);
        byte[] content = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        random.NextBytes(content);
        byte[] received = GC.AllocateUninitializedArray<byte>(Length + 1);
        int count = 0;
        Task receiving = Task.Run(async () =>
        {
            int got;
            while ((got = await pair.Peer.ReceiveAsync(received.AsMemory(count, Math.Min(received.Length - count, 700_001)), SocketFlags.None, Ct)) > 0)
            {
                count += got;
            }
        }, Ct);
        for (int at = 0; at < Length;)
        {
            int piece = Math.Min(Length - at, random.Next(1, 600_000));
            await pair.Connection.SendAsync(content.AsMemory(at, piece), Ct);
            at += piece;
        }

        await pair.Connection.CompleteAsync(Ct);
        await receiving;
        count.ShouldBe(Length);
        received.AsSpan(0, Length).SequenceEqual(content).ShouldBeTrue();
        pair.Connection.Moved.ShouldBe(Length);
        await Wait.UntilAsync(() => pair.Connection.Progress >= Length, "the peer has acknowledged all");
    }

    [Fact]
    public async Task Progress_moves_while_a_full_buffer_is_emptied_by_a_slow_peer()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        byte[] block = GC.AllocateUninitializedArray<byte>(16 * 1024 * 1024, pinned: true);
        ValueTask sending = pair.Connection.SendAsync(block, Ct);
        await Wait.UntilAsync(() => pair.Connection.Moved > 0, "the buffers are full");
        long before = -1;
        await Wait.UntilAsync(() => before == (before = pair.Connection.Progress), "what goes without being read has gone");
        byte[] read = new byte[1024 * 1024];
        await pair.Peer.ReceiveAsync(read, SocketFlags.None, Ct);
        await Wait.UntilAsync(() => pair.Connection.Progress > before, "the kernel sends on");
        pair.Connection.Abort();
        await Should.ThrowAsync<IOException>(async () => await sending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_is_never_taken_for_an_end_in_order(bool isWaitedFor)
    {
        await using DataPair pair = await DataPair.CreateAsync();
        Task waiting = isWaitedFor ? pair.Connection.WaitReadableAsync(Ct).AsTask() : Task.CompletedTask;
        pair.Peer.Close(0);
        await waiting;
        await Wait.UntilAsync(() => pair.Connection.Socket.Poll(0, SelectMode.SelectRead), "the reset has come");
        await Should.ThrowAsync<IOException>(async () =>
        {
            if (!isWaitedFor)
            {
                await pair.Connection.WaitReadableAsync(Ct);
            }

            (await pair.Connection.ReceiveAsync(new byte[1], Ct)).ShouldNotBe(0);
        });
    }

    [Fact]
    public async Task A_cut_ends_what_waits_and_the_peer_gets_a_reset()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        ValueTask<int> receiving = pair.Connection.ReceiveAsync(new byte[10], Ct);
        receiving.IsCompleted.ShouldBeFalse();
        pair.Connection.Abort();
        pair.Connection.Abort();
        await Should.ThrowAsync<IOException>(async () => await receiving);
        (await Should.ThrowAsync<SocketException>(async () => await pair.Peer.ReceiveAsync(new byte[1], SocketFlags.None)))
            .SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        await Should.ThrowAsync<IOException>(async () => await pair.Connection.SendAsync(new byte[1], Ct));
        await Should.ThrowAsync<IOException>(async () => await pair.Connection.ReceiveAsync(new byte[1], Ct));
        await Should.ThrowAsync<IOException>(async () => await pair.Connection.WaitReadableAsync(Ct));
        await Should.ThrowAsync<IOException>(async () => await pair.Connection.CompleteAsync(Ct));
        pair.Connection.Progress.ShouldBe(0);
    }

    [Fact]
    public async Task A_reset_of_the_peer_is_an_expected_failure()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        pair.Peer.Close(0);
        await Should.ThrowAsync<IOException>(async () => await pair.Connection.ReceiveAsync(new byte[1], Ct));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_can_be_cancelled(bool isSending)
    {
        await using DataPair pair = await DataPair.CreateAsync();
        using var over = new CancellationTokenSource();
        Task waiting = isSending
            ? pair.Connection.SendAsync(GC.AllocateUninitializedArray<byte>(64 * 1024 * 1024, pinned: true), over.Token).AsTask()
            : pair.Connection.ReceiveAsync(new byte[1], over.Token).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await Should.ThrowAsync<OperationCanceledException>(async () => await pair.Connection.CompleteAsync(over.Token));
    }

    [Fact]
    public async Task What_a_peer_sends_during_a_download_does_not_become_a_reset()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        await pair.Peer.SendAsync(new byte[5000], SocketFlags.None, Ct);
        await pair.Connection.WaitReadableAsync(Ct);
        byte[] content = GC.AllocateUninitializedArray<byte>(100_000, pinned: true);
        await pair.Connection.SendAsync(content, Ct);
        await pair.Connection.CompleteAsync(Ct);
        await pair.Connection.DisposeAsync();
        int count = 0;
        int got;
        while ((got = await pair.Peer.ReceiveAsync(new byte[4096], SocketFlags.None, Ct)) > 0)
        {
            count += got;
        }

        count.ShouldBe(content.Length);
    }

    [Fact]
    public async Task Data_connections_are_called_from_the_servers_own_address()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var target = (IPEndPoint)listener.LocalEndPoint!;
        await using PlainDataConnection connection = await DataCaller.CallAsync(DataPair.Route(server: "127.0.0.3"), target, 0, Ct);
        using Socket peer = await listener.AcceptAsync(Ct);
        ((IPEndPoint)peer.RemoteEndPoint!).Address.ToString().ShouldBe("127.0.0.3");
        connection.IsActive.ShouldBeTrue();
        connection.RemoteEndPoint.ShouldBe(target);
        listener.Dispose();
        await Should.ThrowAsync<IOException>(async () => await DataCaller.CallAsync(DataPair.Route(), target, 0, Ct));
    }

    [Fact]
    public async Task Several_data_connections_are_called_from_one_port()
    {
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        foreach (Socket listener in (Socket[])[first, second])
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
        }

        int port;
        using (DataListener free = DataListener.Bind(DataPair.Route(server: "127.0.0.5"), 0))
        {
            port = free.Port;
        }

        DataRoute route = DataPair.Route(server: "127.0.0.5");
        await using PlainDataConnection one = await DataCaller.CallAsync(route, (IPEndPoint)first.LocalEndPoint!, port, Ct);
        await using PlainDataConnection other = await DataCaller.CallAsync(route, (IPEndPoint)second.LocalEndPoint!, port, Ct);
        foreach (Socket listener in (Socket[])[first, second])
        {
            using Socket peer = await listener.AcceptAsync(Ct);
            peer.RemoteEndPoint.ShouldBe(new IPEndPoint(IPAddress.Parse("127.0.0.5"), port));
        }

        // The same two ends again are one connection too many.
        await Should.ThrowAsync<IOException>(async () => await DataCaller.CallAsync(route, (IPEndPoint)first.LocalEndPoint!, port, Ct));
    }
}
