using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Hpc.Transport.Tests.Proxying;
using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Tests;

public sealed class ScreenTests
{
    [Theory]
    [InlineData(ScreenVerdictKind.NotAllowed, GateDecision.NotAllowed)]
    [InlineData(ScreenVerdictKind.Banned, GateDecision.Banned)]
    [InlineData(ScreenVerdictKind.RateLimited, GateDecision.RateLimited)]
    public async Task Whom_the_screen_refuses_is_counted_by_reason_and_costs_no_place(ScreenVerdictKind kind, GateDecision decision)
    {
        var screen = new FakeScreen { Verdict = _ => new ScreenVerdict(kind) };
        await using var server = new EchoServer(screen: screen);
        using Socket peer = await server.ConnectAsync(mayFail: true);
        await ShouldEndAsync(peer);
        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(decision) == 1, "it is counted");
        server.Manager.Gate.Active.ShouldBe(0);
        server.Began.ShouldBe(0);
        screen.Judged.ShouldBe([IPAddress.Loopback]);
        screen.Protocols.ShouldBe(["ECHO"]);
        screen.NoLogins.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_screen_that_throws_refuses_and_is_logged_once_per_round()
    {
        var time = new ManualTime();
        var screen = new FakeScreen { Verdict = static _ => throw new InvalidOperationException("bug") };
        await using var server = new EchoServer(time: time, screen: screen);
        for (int i = 0; i < 3; i++)
        {
            using Socket peer = await server.ConnectAsync(mayFail: true);
            await ShouldEndAsync(peer);
        }

        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(GateDecision.ScreenFailed) == 3, "all are refused");
        server.Began.ShouldBe(0);
        server.Logger.Lines.ShouldNotContain(static line => line.Event == 1015);
        time.Advance(TimeSpan.FromSeconds(1));
        var (level, _, text) = server.Logger.Lines.Where(static line => line.Event == 1015).ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Error);
        text.ShouldContain("3 calls");
        screen.Verdict = static _ => ScreenVerdict.Admitted;
        using Socket next = await server.ConnectAsync("a");
        await ShouldEchoAsync(next, 1);
    }

    [Fact]
    public async Task A_delayed_connection_has_its_place_and_nothing_is_read_until_the_delay_is_over()
    {
        var time = new ManualTime();
        var screen = new FakeScreen { Verdict = static _ => new ScreenVerdict(ScreenVerdictKind.Admitted, TimeSpan.FromSeconds(4)) };
        await using var server = new EchoServer(time: time, screen: screen);
        using Socket peer = await server.ConnectAsync("hello");
        await Wait.UntilAsync(() => server.Manager.Gate.BeforeLogin == 1 && time.Timers == 2, "it is in");
        time.Advance(TimeSpan.FromSeconds(3));
        (server.Began, server.Manager.Connections.Single().BytesIn).ShouldBe((0, 0));
        time.Advance(TimeSpan.FromSeconds(1));
        await ShouldEchoAsync(peer, 5);
        server.Manager.Gate.BeforeLogin.ShouldBe(1);
    }

    [Fact]
    public async Task A_delay_is_bounded()
    {
        var time = new ManualTime();
        var screen = new FakeScreen { Verdict = static _ => new ScreenVerdict(ScreenVerdictKind.Admitted, TimeSpan.FromDays(1)) };
        await using var server = new EchoServer(time: time, screen: screen);
        using Socket peer = await server.ConnectAsync("hello");
        await Wait.UntilAsync(() => time.Timers == 2, "it waits");
        time.Advance(ConnectionManager.LongestDelay);
        await ShouldEchoAsync(peer, 5);
    }

    [Fact]
    public async Task A_drain_ends_a_delay()
    {
        var screen = new FakeScreen { Verdict = static _ => new ScreenVerdict(ScreenVerdictKind.Admitted, TimeSpan.FromSeconds(10)) };
        await using var server = new EchoServer(time: new ManualTime(), screen: screen);
        using Socket peer = await server.ConnectAsync("hello");
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is in");
        await server.Manager.DrainAsync(TimeSpan.FromHours(1));
        await ShouldEndAsync(peer);
        server.Manager.Metrics.Ended(ConnectionEndReason.ServerShutdown).ShouldBe(1);
        (server.Began, server.Manager.Gate.Active, server.Pool.Budget.Rented).ShouldBe((0, 0, 0L));
    }

    [Fact]
    public async Task The_screen_is_told_of_hosts_with_too_many_connections()
    {
        var screen = new FakeScreen();
        await using var server = new EchoServer(gate: new ConnectionGateOptions { MaxConnectionsPerHost = 1 }, screen: screen);
        using Socket first = await server.ConnectAsync("a");
        await ShouldEchoAsync(first, 1);
        using Socket second = await server.ConnectAsync(mayFail: true);
        await ShouldEndAsync(second);
        await Wait.UntilAsync(() => !screen.HostLimits.IsEmpty, "it is told");
        screen.HostLimits.ShouldBe([IPAddress.Loopback]);
    }

    [Fact]
    public async Task The_screen_is_told_of_connections_that_ended_without_a_try_to_log_in()
    {
        var screen = new FakeScreen();
        Action<IConnection> beginning = static _ => { };
        await using var server = new EchoServer(screen: screen) { Beginning = connection => beginning(connection) };
        await VisitAsync(server);
        await Wait.UntilAsync(() => screen.NoLogins.Count == 1, "it is told");
        beginning = static connection => connection.NoteLoginTried();
        await VisitAsync(server);
        beginning = static connection => connection.OnLoggedIn();
        await VisitAsync(server);
        beginning = static _ => throw new InvalidOperationException("a bug is no fault of the client");
        await VisitAsync(server, isFaulty: true);
        screen.NoLogins.ShouldBe([IPAddress.Loopback]);
    }

    [Fact]
    public async Task What_the_screen_throws_when_it_is_told_changes_nothing()
    {
        var time = new ManualTime();
        var screen = new FakeScreen { Fault = new InvalidOperationException("bug") };
        await using var server = new EchoServer(gate: new ConnectionGateOptions { MaxConnectionsPerHost = 1 }, time: time, screen: screen);
        await VisitAsync(server);
        using Socket first = await server.ConnectAsync("a");
        await ShouldEchoAsync(first, 1);
        using Socket second = await server.ConnectAsync(mayFail: true);
        await ShouldEndAsync(second);
        await Wait.UntilAsync(() => server.Manager.ScreenFaults == 2, "both faults are counted");
        time.Advance(TimeSpan.FromSeconds(1));
        server.Logger.Lines.Where(static line => line.Event == 1015).ShouldHaveSingleItem();
        server.Manager.Gate.Active.ShouldBe(1);
    }

    [Fact]
    public async Task A_ban_ends_connections_before_login_of_who_is_banned_and_no_others()
    {
        int count = 0;
        await using var server = new EchoServer
        {
            Beginning = connection =>
            {
                if (Interlocked.Increment(ref count) == 1)
                {
                    connection.OnLoggedIn();
                }
            },
        };
        using Socket loggedIn = await server.ConnectAsync("a");
        await ShouldEchoAsync(loggedIn, 1);
        server.Manager.Gate.BeforeLogin.ShouldBe(0);
        using Socket before = await server.ConnectAsync("b");
        await ShouldEchoAsync(before, 1);
        server.Manager.EndBeforeLogin(static address => address.Equals(IPAddress.IPv6Loopback)).ShouldBe(0);
        server.Manager.EndBeforeLogin(static (_, protocol) => protocol != "ECHO").ShouldBe(0);
        server.Manager.EndBeforeLogin(IPAddress.IsLoopback).ShouldBe(1);
        await ShouldEndAsync(before);
        before.Dispose();
        await Wait.UntilAsync(() => server.Manager.Metrics.Ended(ConnectionEndReason.Banned) == 1, "it is counted");
        await loggedIn.SendAsync("c"u8.ToArray());
        await ShouldEchoAsync(loggedIn, 1);
    }

    [Fact]
    public async Task A_ban_ends_a_delay()
    {
        var screen = new FakeScreen { Verdict = static _ => new ScreenVerdict(ScreenVerdictKind.Admitted, TimeSpan.FromSeconds(10)) };
        await using var server = new EchoServer(time: new ManualTime(), screen: screen);
        using Socket peer = await server.ConnectAsync("hello");
        await Wait.UntilAsync(() => server.Manager.Connections.Count == 1, "it is in");
        server.Manager.EndBeforeLogin(IPAddress.IsLoopback).ShouldBe(1);
        await ShouldEndAsync(peer);
        await Wait.UntilAsync(() => server.Manager.Gate.Active == 0, "its place is free");
        (server.Manager.Metrics.Ended(ConnectionEndReason.Banned), server.Began).ShouldBe((1, 0));
        screen.NoLogins.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_banned_while_it_comes_in_does_not_slip_through()
    {
        var screen = new FakeScreen();
        await using var server = new EchoServer(screen: screen);
        screen.Verdict = _ =>
        {
            // The ban falls between the judgement and the moment from which on the connection can be found.
            screen.Barred = IPAddress.IsLoopback;
            server.Manager.EndBeforeLogin(IPAddress.IsLoopback).ShouldBe(0);
            return ScreenVerdict.Admitted;
        };
        using Socket peer = await server.ConnectAsync(mayFail: true);
        await ShouldEndAsync(peer);
        peer.Dispose();
        await Wait.UntilAsync(() => server.Manager.Metrics.Ended(ConnectionEndReason.Banned) == 1, "it is ended");
        (screen.Judged.Count, screen.Looked.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Who_is_barred_while_it_waits_is_not_served()
    {
        var time = new ManualTime();
        var screen = new FakeScreen { Verdict = static _ => new ScreenVerdict(ScreenVerdictKind.Admitted, TimeSpan.FromSeconds(4)) };
        await using var server = new EchoServer(time: time, screen: screen);
        using Socket peer = await server.ConnectAsync("hello");
        await Wait.UntilAsync(() => time.Timers == 2, "it waits");
        screen.Barred = IPAddress.IsLoopback;
        time.Advance(TimeSpan.FromSeconds(4));
        await ShouldEndAsync(peer);
        await Wait.UntilAsync(() => server.Manager.Gate.Active == 0, "its place is free");
        (server.Manager.Metrics.Ended(ConnectionEndReason.Banned), server.Began).ShouldBe((1, 0));
    }

    private static async Task VisitAsync(EchoServer server, bool isFaulty = false)
    {
        using (Socket peer = await server.ConnectAsync("x"))
        {
            if (!isFaulty)
            {
                await ShouldEchoAsync(peer, 1);
            }
        }

        await Wait.UntilAsync(() => server.Manager.Connections.Count == 0 && server.Manager.Gate.Active == 0, "it ends");
    }

    private static async Task ShouldEchoAsync(Socket socket, int count)
    {
        for (int left = count; left > 0;)
        {
            int received = await socket.ReceiveAsync(new byte[left]);
            received.ShouldBeGreaterThan(0);
            left -= received;
        }
    }

    private static async Task ShouldEndAsync(Socket socket)
    {
        try
        {
            (await socket.ReceiveAsync(new byte[1])).ShouldBe(0);
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }
}
