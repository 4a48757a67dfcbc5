using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Tests;

public sealed class ManagerTests
{
    [Fact]
    public async Task A_connection_makes_one_line_and_one_count_when_it_ends()
    {
        await using var server = new TestServer(TestServer.SwallowAsync);
        using (SocketConnection client = await server.ConnectAsync())
        {
            await client.Output.WriteAsync(new byte[10]);
            await Wait.UntilAsync(() => server.Manager.Connections.Any(c => c.BytesIn == 10), "the bytes arrive");
            ConnectionSnapshot seen = server.Manager.Connections.Single();
            seen.RemoteEndPoint.ShouldBe(client.LocalEndPoint);
            seen.IsLoggedIn.ShouldBeFalse();
        }

        await Wait.UntilAsync(() => server.Manager.Connections.Count == 0, "the connection ends");
        server.Manager.Metrics.Ended(ConnectionEndReason.ClosedByPeer).ShouldBe(1);
        var (level, _, text) = server.Logger.Lines.Where(static line => line.Event == 1002).ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Information);
        text.ShouldContain("ClosedByPeer");
        text.ShouldContain("10 bytes in");
    }

    [Fact]
    public async Task A_fault_of_the_protocol_ends_its_connection_and_no_other()
    {
        int count = 0;
        await using var server = new TestServer(c =>
            Interlocked.Increment(ref count) == 1 ? throw new InvalidOperationException("bug") : TestServer.SwallowAsync(c));
        using SocketConnection first = await server.ConnectAsync();
        await ShouldEndAsync(first);
        await Wait.UntilAsync(() => server.Manager.Metrics.Ended(ConnectionEndReason.ServerFault) == 1, "it is counted");
        server.Logger.Lines.ShouldContain(static line => line.Level == LogLevel.Error && line.Event == 1005);
        using SocketConnection second = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "the second one is in");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_good_bye_arrives_although_the_peer_is_still_sending(bool isOfLines)
    {
        await using var server = new TestServer(async connection =>
        {
            await connection.Output.WriteAsync("good-bye"u8.ToArray());
            return ConnectionEndReason.ProtocolError;
        }) { IsOfLines = isOfLines };
        for (int i = 0; i < 20; i++)
        {
            using SocketConnection client = await server.ConnectAsync();
            await client.Output.WriteAsync(new byte[50_000]);
            var result = await client.Input.ReadAtLeastAsync(9);
            result.IsCompleted.ShouldBeTrue();
            result.Buffer.FirstSpan.SequenceEqual("good-bye"u8).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_has_not_logged_in_when_the_grace_time_ends_is_stopped(bool isOfLines)
    {
        var time = new ManualTime();
        await using var server = new TestServer(
            async connection =>
            {
                var result = await connection.Input.ReadAsync();
                if (result.Buffer.FirstSpan[0] == (byte)'y')
                {
                    connection.OnLoggedIn();
                }

                connection.Input.AdvanceTo(result.Buffer.End);
                return await TestServer.SwallowAsync(connection);
            },
            new ConnectionGateOptions { LoginGraceTime = TimeSpan.FromSeconds(30) },
            time) { IsOfLines = isOfLines };
        using SocketConnection slow = await server.ConnectAsync();
        using SocketConnection loggedIn = await server.ConnectAsync();
        await slow.Output.WriteAsync("n"u8.ToArray());
        await loggedIn.Output.WriteAsync("y"u8.ToArray());
        await Wait.UntilAsync(() => server.Manager.Connections.Sum(c => c.BytesIn) == 2 && server.Manager.Gate.BeforeLogin == 1, "one logs in");
        time.Advance(TimeSpan.FromSeconds(29));
        server.Manager.Connections.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(2));
        await ShouldEndAsync(slow);
        slow.Dispose();
        await Wait.UntilAsync(() => server.Manager.Metrics.Ended(ConnectionEndReason.LoginGraceTimeout) == 1, "it is counted");
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is forgotten");
        server.Manager.Connections.Single().IsLoggedIn.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_does_not_stop_when_asked_is_cut(bool isOfLines)
    {
        var time = new ManualTime();
        await using var server = new TestServer(DeafAsync, new ConnectionGateOptions { LoginGraceTime = TimeSpan.FromSeconds(30) }, time) { IsOfLines = isOfLines };
        using SocketConnection client = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is in");
        time.Advance(TimeSpan.FromSeconds(34));
        server.Manager.Connections.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(3));
        await Wait.UntilAsync(() => server.Manager.Metrics.Ended(ConnectionEndReason.LoginGraceTimeout) == 1, "it is cut");
    }

    [Fact]
    public async Task Heartbeats_come_once_a_second_and_a_fault_in_one_ends_its_connection_alone()
    {
        var time = new ManualTime();
        int beats = 0;
        int connections = 0;
        await using var server = new TestServer(
            connection =>
            {
                bool isBroken = Interlocked.Increment(ref connections) == 1;
                connection.SetHeartbeat(_ =>
                {
                    Interlocked.Increment(ref beats);
                    if (isBroken)
                    {
                        throw new InvalidOperationException("bug");
                    }
                });
                connection.OnLoggedIn();
                return TestServer.SwallowAsync(connection);
            },
            time: time);
        using SocketConnection first = await server.ConnectAsync();
        using SocketConnection second = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count(c => c.IsLoggedIn) == 2, "both are in");
        time.Advance(TimeSpan.FromSeconds(1));
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "the broken one ends");
        beats.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(3));
        beats.ShouldBe(5);
        server.Manager.Metrics.Heartbeats.ShouldBe(4);
        server.Manager.Metrics.Ended(ConnectionEndReason.ServerFault).ShouldBe(1);
    }

    [Fact]
    public async Task Refused_connections_are_closed_and_counted_and_logged_once_per_round()
    {
        var time = new ManualTime();
        await using var server = new TestServer(TestServer.SwallowAsync, new ConnectionGateOptions { MaxConnectionsPerHost = 1 }, time);
        using SocketConnection client = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Gate.Active == 1, "it is in");
        for (int i = 0; i < 5; i++)
        {
            try
            {
                using SocketConnection refused = await server.ConnectAsync();
                await ShouldEndAsync(refused);
            }
            catch (SocketException)
            {
                // So fast that connecting sees it.
            }
        }

        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(GateDecision.HostLimit) == 5, "all are refused");
        server.Manager.Metrics.Refused.ShouldBe(5);
        time.Advance(TimeSpan.FromSeconds(2));
        server.Logger.Lines.Count(static line => line.Event == 1004).ShouldBe(1);
    }

    [Fact]
    public async Task A_kick_ends_one_connection_with_its_reason()
    {
        await using var server = new TestServer(TestServer.SwallowAsync);
        using SocketConnection first = await server.ConnectAsync();
        using SocketConnection second = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 2, "both are in");
        string id = server.Manager.Connections.Single(c => c.RemoteEndPoint.Equals(first.LocalEndPoint)).Id;
        server.Manager.Stop(id, ConnectionEndReason.Kicked).ShouldBeTrue();
        await ShouldEndAsync(first);
        first.Dispose();
        await Wait.UntilAsync(() => server.Manager.Metrics.Ended(ConnectionEndReason.Kicked) == 1 && server.Manager.Connections.Count == 1, "it is counted and forgotten");
        server.Manager.Connections.Single().RemoteEndPoint.ShouldBe(second.LocalEndPoint);
        server.Manager.Stop("nobody", ConnectionEndReason.Kicked).ShouldBeFalse();
    }

    [Fact]
    public async Task A_drain_refuses_new_connections_and_lets_old_ones_finish()
    {
        await using var server = new TestServer(TestServer.SwallowAsync);
        SocketConnection client = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is in");
        Task drained = server.Manager.DrainAsync(TimeSpan.FromHours(1));
        await Wait.UntilAsync(() => server.Manager.IsDraining, "it drains");
        await Wait.UntilAsync(() => CannotConnect(server.EndPoint), "nobody gets in");
        await client.Output.WriteAsync(new byte[1000]);
        await Wait.UntilAsync(() => server.Manager.Connections.Any(c => c.BytesIn == 1000), "the old one goes on");
        drained.IsCompleted.ShouldBeFalse();
        client.Dispose();
        await drained;
        server.Manager.Metrics.Ended(ConnectionEndReason.ClosedByPeer).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_drain_stops_connections_after_the_grace_time_and_cuts_the_deaf(bool isOfLines)
    {
        var time = new ManualTime();
        int count = 0;
        var sawDrain = new TaskCompletionSource();
        await using var server = new TestServer(
            connection =>
            {
                connection.OnLoggedIn();
                connection.Draining.Register(() => sawDrain.TrySetResult());
                return Interlocked.Increment(ref count) == 1 ? TestServer.SwallowAsync(connection) : DeafAsync(connection);
            },
            time: time) { IsOfLines = isOfLines };
        SocketConnection polite = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Any(c => c.IsLoggedIn), "the first is in");
        using SocketConnection deaf = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count(c => c.IsLoggedIn) == 2, "both are in");
        Task drained = server.Manager.DrainAsync(TimeSpan.FromSeconds(60));
        await sawDrain.Task;
        await Wait.UntilAsync(() => time.Timers == 2, "the grace time runs");
        time.Advance(TimeSpan.FromSeconds(59));
        server.Manager.Connections.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(1));
        await ShouldEndAsync(polite);
        polite.Dispose();
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1 && time.Timers == 2, "the polite one stops");
        time.Advance(TimeSpan.FromSeconds(6));
        await drained;
        server.Manager.Metrics.Ended(ConnectionEndReason.ServerShutdown).ShouldBe(2);
        server.Manager.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_drain_ends_at_once()
    {
        await using var server = new TestServer(DeafAsync);
        using SocketConnection client = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is in");
        Task first = server.Manager.DrainAsync(TimeSpan.FromHours(1));
        Task second = server.Manager.DrainAsync(TimeSpan.FromHours(1));
        second.ShouldBeSameAs(first);
        await first;
        server.Manager.Metrics.Ended(ConnectionEndReason.ServerShutdown).ShouldBe(1);
    }

    [Fact]
    public async Task One_endpoint_takes_IPv4_and_IPv6_and_names_IPv4_peers_as_such()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        await using var server = new TestServer(TestServer.SwallowAsync);
        IPEndPoint both = server.Manager.Listen("[::]:0", server);
        both.Port.ShouldNotBe(0);
        using SocketConnection four = await SocketConnection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, both.Port), server.Pool);
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is in");
        server.Manager.Connections.Single().RemoteEndPoint.ShouldBe(four.LocalEndPoint);
    }

    [Theory]
    [InlineData(200, 168)]
    [InlineData(1024, 960)]
    [InlineData(1_048_576, 1_047_552)]
    public void Some_descriptors_are_kept_for_what_is_not_a_connection(long limit, long expected) =>
        DescriptorReserve.HighestFor(limit).ShouldBe(expected);

    [Theory]
    [InlineData("127.0.0.1:2022", true)]
    [InlineData("[::1]:2022", true)]
    [InlineData("[::]:0", true)]
    [InlineData(":2022", true)]
    [InlineData("*:2022", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1:2022", false)]
    [InlineData("[127.0.0.1]:22", false)]
    [InlineData("127.0.0.1:65536", false)]
    [InlineData("127.0.0.1:-1", false)]
    [InlineData("localhost:22", false)]
    [InlineData("", false)]
    public void Listen_addresses_are_read_or_refused(string text, bool isAddress) =>
        ListenAddress.TryParse(text, out _).ShouldBe(isAddress);

    // Ends only when its connection does, as a protocol with a bug would.
    private static async Task<ConnectionEndReason> DeafAsync(IConnection connection)
    {
        try
        {
            await connection.Input.ReadAsync();
            return ConnectionEndReason.ClosedByPeer;
        }
        catch (IOException)
        {
            return ConnectionEndReason.ConnectionLost;
        }
    }

    private static async Task ShouldEndAsync(SocketConnection connection)
    {
        try
        {
            (await connection.Input.ReadAtLeastAsync(1)).IsCompleted.ShouldBeTrue();
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    private static bool CannotConnect(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(endPoint);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
