using System.Net;
using System.Net.Sockets;
using Hpc.LoadTests.Relay;

namespace Hpc.LoadTests.Tests.Relay;

public sealed class LinkRelayTests : IAsyncLifetime
{
    private static readonly LinkOptions Link = new() { Delay = TimeSpan.FromMilliseconds(5), UploadBytesPerSecond = 50_000_000, DownloadBytesPerSecond = 80_000_000 };
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly List<Socket> _sockets = [];

    private IPEndPoint Target => (IPEndPoint)_listener.LocalEndPoint!;

    public ValueTask InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _sockets.ForEach(static socket => socket.Dispose());
        _limit.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Bytes_pass_unchanged_both_ways_at_the_same_time()
    {
        await using LinkRelay relay = LinkRelay.Start(Target, Link);
        (Socket client, Socket server) = await ConnectAsync(relay);
        byte[] up = RandomBytes(seed: 1, 3_000_000);
        byte[] down = RandomBytes(seed: 2, 5_000_000);
        Task sending = Task.WhenAll(SendAsync(client, up), SendAsync(server, down));
        byte[][] received = await Task.WhenAll(ReceiveAllAsync(server), ReceiveAllAsync(client));
        await sending;

        received[0].AsSpan().SequenceEqual(up).ShouldBeTrue();
        received[1].AsSpan().SequenceEqual(down).ShouldBeTrue();
        relay.UploadedBytes.ShouldBe(up.Length);
        relay.DownloadedBytes.ShouldBe(down.Length);
        relay.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task A_side_that_has_ended_still_receives()
    {
        await using LinkRelay relay = LinkRelay.Start(Target, Link);
        (Socket client, Socket server) = await ConnectAsync(relay);
        await SendAsync(client, [1, 2, 3]);
        (await ReceiveAllAsync(server)).ShouldBe([1, 2, 3]);
        await SendAsync(server, [4, 5]);
        (await ReceiveAllAsync(client)).ShouldBe([4, 5]);
    }

    [Fact]
    public async Task Many_connections_keep_their_own_bytes()
    {
        await using LinkRelay relay = LinkRelay.Start(Target, new LinkOptions());
        for (int i = 0; i < 20; i++)
        {
            (Socket client, Socket server) = await ConnectAsync(relay);
            byte[] content = RandomBytes(i, 20_000 + i);
            Task sending = SendAsync(client, content);
            (await ReceiveAllAsync(server)).AsSpan().SequenceEqual(content).ShouldBeTrue();
            await sending;
        }

        relay.Connections.ShouldBe(20);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_and_counted()
    {
        await using LinkRelay relay = LinkRelay.Start(Target, new LinkOptions { MaxConnections = 2 });
        (Socket first, Socket server) = await ConnectAsync(relay);
        await ConnectAsync(relay);
        (await IsRefusedAsync(relay)).ShouldBeTrue();
        relay.Refused.ShouldBe(1);

        await SendAsync(first, [7]);
        (await ReceiveAllAsync(server)).ShouldBe([7]);
    }

    [Fact]
    public async Task A_reset_on_one_side_resets_the_other()
    {
        await using LinkRelay relay = LinkRelay.Start(Target, Link);
        (Socket client, Socket server) = await ConnectAsync(relay);
        server.LingerState = new LingerOption(true, 0);
        server.Dispose();
        (await IsGoneAsync(client)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_target_that_does_not_listen_ends_the_connection()
    {
        IPEndPoint target = Target;
        _listener.Dispose();
        await using LinkRelay relay = LinkRelay.Start(target, Link);
        (await IsRefusedAsync(relay)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_relay_that_stops_ends_its_connections_and_holds_nothing()
    {
        LinkRelay relay = LinkRelay.Start(Target, Link);
        (Socket client, _) = await ConnectAsync(relay);
        await client.SendAsync(RandomBytes(seed: 3, 100_000), _limit.Token);
        await relay.DisposeAsync();
        (await IsGoneAsync(client)).ShouldBeTrue();
        relay.HeldBytes.ShouldBe(0);
        IPEndPoint gone = relay.EndPoint;
        await Should.ThrowAsync<SocketException>(async () => await NewSocket().ConnectAsync(gone, _limit.Token));
    }

    private static byte[] RandomBytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync(LinkRelay relay)
    {
        Socket client = NewSocket();
        await client.ConnectAsync(relay.EndPoint, _limit.Token);
        Socket server = await _listener.AcceptAsync(_limit.Token);
        _sockets.Add(server);
        return (client, server);
    }

    private Socket NewSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }

    private async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), _limit.Token);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task<byte[]> ReceiveAllAsync(Socket socket)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, _limit.Token) is var length && length > 0)
        {
            content.Write(buffer, 0, length);
        }

        return content.ToArray();
    }

    private async Task<bool> IsGoneAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], _limit.Token) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>A reset may come before the connection is reported as made.</summary>
    private async Task<bool> IsRefusedAsync(LinkRelay relay)
    {
        Socket socket = NewSocket();
        try
        {
            await socket.ConnectAsync(relay.EndPoint, _limit.Token);
        }
        catch (SocketException)
        {
            return true;
        }

        return await IsGoneAsync(socket);
    }
}
