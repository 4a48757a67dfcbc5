using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Transport.Tests;

public sealed class SocketOptionTests
{
    private const int SocketLevel = 1;
    private const int KeepAlive = 9;
    private const int TcpLevel = 6;

    // TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_NOTSENT_LOWAT
    private static readonly (int Option, int Value)[] Tcp = [(1, 1), (4, 120), (5, 30), (6, 4), (25, 256 * 1024)];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    public async Task What_is_accepted_has_the_options_of_its_listener(string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !address.Contains(':'), "there is no IPv6 here");
        var accepted = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new TcpListenerService(
            new IPEndPoint(IPAddress.Parse(address), 0), accepted.SetResult, new ConnectionManagerOptions(), new TransportMetrics(), TimeProvider.System, NullLogger.Instance);
        Task running = listener.RunAsync();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(address == "::" ? IPAddress.Loopback : listener.LocalEndPoint.Address, listener.LocalEndPoint.Port));
        using Socket socket = await accepted.Task.WaitAsync(TimeSpan.FromSeconds(20));

        SocketOptions.ApplyToAccepted(socket);

        ShouldBeTuned(socket);
        ShouldBe(client, TcpLevel, 4, 120, isExpected: false);
        listener.Dispose();
        await running;
    }

    [Fact]
    public async Task What_is_opened_has_the_same_options()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndPoint!);

        SocketOptions.Apply(socket);

        ShouldBeTuned(socket);
    }

    private static void ShouldBeTuned(Socket socket)
    {
        socket.Blocking.ShouldBeFalse();
        ShouldBe(socket, SocketLevel, KeepAlive, 1);
        foreach ((int option, int value) in Tcp)
        {
            ShouldBe(socket, TcpLevel, option, value);
        }
    }

    // Asked of the kernel, not of what the class remembers.
    private static void ShouldBe(Socket socket, int level, int option, int value, bool isExpected = true)
    {
        Span<byte> answer = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(level, option, answer);
        (BitConverter.ToInt32(answer) == value).ShouldBe(isExpected, $"option {option} of level {level} is {BitConverter.ToInt32(answer)}");
    }
}
