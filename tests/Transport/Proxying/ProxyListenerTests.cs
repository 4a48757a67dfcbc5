using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Tests.Proxying;

public sealed class ProxyListenerTests
{
    private const string Line = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 22\r\n";

    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.7:56324");
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8")];
    private static readonly IPNetwork[] Elsewhere = [IPNetwork.Parse("203.0.113.0/24")];

    private static ProxyProtocolOptions Require { get; } = new() { Mode = ProxyProtocolMode.Require, Trusted = Loopback };

    private static ProxyProtocolOptions Accept { get; } = new() { Mode = ProxyProtocolMode.Accept, Trusted = Loopback };

    public static TheoryData<bool, bool> Ways => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_client_is_whom_the_proxy_names(bool isBinary, bool byteByByte)
    {
        await using var server = new EchoServer(Require);
        using Socket proxy = await server.ConnectAsync();
        byte[] header = isBinary
            ? ProxyHeaders.WithChecksum(ProxyHeaders.Binary(Client, IPEndPoint.Parse("198.51.100.1:22"), ProxyHeaders.Extension(0xE0, new byte[300])))
            : ProxyHeaders.Text(Line);
        byte[] content = [.. Enumerable.Range(0, 5000).Select(static i => (byte)i)];
        await SendAsync(proxy, [.. header, .. content], byteByByte ? 1 : int.MaxValue, header.Length + 20);
        (await ReceiveAsync(proxy, content.Length)).ShouldBe(content);

        ConnectionSnapshot seen = server.Manager.Connections.ShouldHaveSingleItem();
        seen.RemoteEndPoint.ShouldBe(Client);
        seen.Proxy.ShouldBe(proxy.LocalEndPoint);
        server.Manager.Gate.TrackedHosts.ShouldBe(1);
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 0, "its place is free");
        proxy.Dispose();
        await Wait.UntilAsync(() => server.Logger.Lines.Any(static line => line.Event == 1013), "its line");
        server.Logger.Lines.Single(static line => line.Event == 1013).Text.ShouldContain("from 192.0.2.7:56324 through the proxy 127.0.0.1:");
    }

    [Fact]
    public async Task A_check_of_the_proxy_is_the_proxys_own()
    {
        var screen = new FakeScreen();
        await using var server = new EchoServer(Require, screen: screen);
        foreach (byte[] header in (byte[][])[ProxyHeaders.Binary(0x20, 0x00), ProxyHeaders.Text("PROXY UNKNOWN\r\n")])
        {
            using Socket proxy = await server.ConnectAsync();
            await proxy.SendAsync((byte[])[.. header, 42]);
            (await ReceiveAsync(proxy, 1)).ShouldBe([42]);
            ConnectionSnapshot seen = server.Manager.Connections.ShouldHaveSingleItem();
            (seen.RemoteEndPoint, seen.Proxy).ShouldBe(((IPEndPoint)proxy.LocalEndPoint!, null));
            proxy.Dispose();
            await Wait.UntilAsync(() => server.Manager.Connections.Count == 0, "it ends");
        }

        // The lists hold for the check that says so, and nothing else does; who comes from nobody knows where is judged.
        screen.Looked.ShouldBe([IPAddress.Loopback]);
        screen.Judged.ShouldBe([IPAddress.Loopback]);

        // The check that says so is none that tried no login; who comes from nobody knows where is one.
        screen.NoLogins.ShouldBe([IPAddress.Loopback]);
    }

    [Theory]
    [InlineData(ScreenVerdictKind.Banned)]
    [InlineData(ScreenVerdictKind.RateLimited)]
    public async Task A_check_of_the_proxy_has_no_ban_and_no_rate_and_is_told_to_nobody(ScreenVerdictKind kind)
    {
        var screen = new FakeScreen { Verdict = _ => new ScreenVerdict(kind) };
        await using var server = new EchoServer(Require, new ConnectionGateOptions { MaxConnectionsPerHost = 1 }, screen: screen);
        using Socket first = await server.ConnectAsync();
        await first.SendAsync((byte[])[.. ProxyHeaders.Binary(0x20, 0x00), 42]);
        (await ReceiveAsync(first, 1)).ShouldBe([42]);
        using Socket second = await server.ConnectAsync();
        await second.SendAsync(ProxyHeaders.Binary(0x20, 0x00));
        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(GateDecision.HostLimit) == 1, "the gate holds for it");
        screen.HostLimits.ShouldBeEmpty();
        screen.Judged.ShouldBeEmpty();
    }

    [Fact]
    public async Task Limits_count_the_client_and_not_the_proxy()
    {
        await using var server = new EchoServer(Require, new ConnectionGateOptions { MaxConnectionsPerHost = 2 });
        Socket[] same = [await server.ConnectAsync(Line), await server.ConnectAsync(Line), await server.ConnectAsync(Line)];
        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(GateDecision.HostLimit) == 1, "the third is refused");
        using Socket other = await server.ConnectAsync("PROXY TCP4 192.0.2.8 198.51.100.1 1 22\r\nx");
        (await ReceiveAsync(other, 1)).ShouldBe("x"u8.ToArray());
        server.Manager.Gate.Active.ShouldBe(3);
        server.Manager.Gate.TrackedHosts.ShouldBe(2);
        foreach (Socket socket in same)
        {
            socket.Dispose();
        }
    }

    [Theory]
    [InlineData("SSH-2.0-x\r\n", GateDecision.ProxyHeaderMissing)]
    [InlineData("PROXY TCP4 here there 1 2\r\n", GateDecision.ProxyHeaderMalformed)]
    [InlineData("PROXYx", GateDecision.ProxyHeaderMissing)]
    public async Task Who_must_send_a_header_and_does_not_is_refused(string sent, GateDecision decision)
    {
        await using var server = new EchoServer(Require);
        using Socket peer = await server.ConnectAsync(sent);
        await ShouldEndAsync(peer);
        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(decision) == 1, "it is counted");
        server.Began.ShouldBe(0);
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 0, "its place is free");
        server.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task Who_is_not_trusted_is_refused_where_a_header_is_required()
    {
        await using var server = new EchoServer(Require with { Trusted = Elsewhere });
        using Socket peer = await server.ConnectAsync(Line, mayFail: true);
        await ShouldEndAsync(peer);
        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(GateDecision.ProxyUntrusted) == 1, "it is counted");
        server.Began.ShouldBe(0);
    }

    [Theory]
    [InlineData(ProxyProtocolMode.Accept, false)]
    [InlineData(ProxyProtocolMode.Require, true)]
    [InlineData(ProxyProtocolMode.Accept, true)]
    [InlineData(ProxyProtocolMode.Off, false)]
    public async Task The_header_of_one_who_is_not_believed_is_bytes_like_any_other(ProxyProtocolMode mode, bool isSkipped)
    {
        await using var server = new EchoServer(new ProxyProtocolOptions { Mode = mode, Trusted = isSkipped ? Loopback : Elsewhere, Skipped = isSkipped ? Loopback : [] });
        using Socket peer = await server.ConnectAsync(Line);
        (await ReceiveAsync(peer, Line.Length)).ShouldBe(ProxyHeaders.Text(Line));
        server.Manager.Connections.ShouldHaveSingleItem().RemoteEndPoint.ShouldBe(peer.LocalEndPoint);
    }

    [Fact]
    public async Task A_trusted_peer_may_come_without_a_header_where_none_is_required()
    {
        await using var server = new EchoServer(Accept);
        using Socket peer = await server.ConnectAsync("SSH-2.0-x\r\n");
        (await ReceiveAsync(peer, 11)).ShouldBe("SSH-2.0-x\r\n"u8.ToArray());
        ConnectionSnapshot seen = server.Manager.Connections.ShouldHaveSingleItem();
        (seen.RemoteEndPoint, seen.Proxy).ShouldBe(((IPEndPoint)peer.LocalEndPoint!, null));
    }

    [Theory]
    [InlineData(ProxyProtocolMode.Accept, "", true)]
    [InlineData(ProxyProtocolMode.Accept, "PRO", false)]
    [InlineData(ProxyProtocolMode.Require, "", false)]
    [InlineData(ProxyProtocolMode.Require, "PROXY TCP4 ", false)]
    public async Task A_header_has_its_time(ProxyProtocolMode mode, string sent, bool goesOn)
    {
        var time = new ManualTime();
        await using var server = new EchoServer(new ProxyProtocolOptions { Mode = mode, Trusted = Loopback }, time: time);
        using Socket peer = await server.ConnectAsync(sent);
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 1 && (sent.Length == 0 || server.Pool.Budget.Rented > 0), "it is waited for");
        time.Advance(TimeSpan.FromSeconds(2));
        server.Manager.AwaitingHeaders.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(2));
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 0, "its time is over");
        if (goesOn)
        {
            await peer.SendAsync("hello"u8.ToArray());
            (await ReceiveAsync(peer, 5)).ShouldBe("hello"u8.ToArray());
        }
        else
        {
            await ShouldEndAsync(peer);
            server.Manager.Metrics.Refused.ShouldBe(1);
            server.Pool.Budget.Rented.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Only_so_many_headers_are_waited_for_at_a_time()
    {
        await using var server = new EchoServer(Require with { MaxWaiting = 2, Trusted = [IPNetwork.Parse("127.0.0.1/32")] });
        using Socket first = await server.ConnectAsync();
        using Socket second = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 2, "both wait");
        using Socket third = await server.ConnectAsync("", mayFail: true);
        await ShouldEndAsync(third);
        server.Manager.Metrics.Decided(GateDecision.ProxyHeaderLimit).ShouldBe(1);
        await first.SendAsync(ProxyHeaders.Text(Line));
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 1 && server.Manager.Connections.Count == 1, "one is through");
        using Socket fourth = await server.ConnectAsync(Line + "y");
        (await ReceiveAsync(fourth, 1)).ShouldBe("y"u8.ToArray());
    }

    [Fact]
    public async Task One_of_several_proxies_has_half_of_the_places()
    {
        await using var server = new EchoServer(Require with { MaxWaiting = 4 });
        using Socket first = await server.ConnectAsync();
        using Socket second = await server.ConnectAsync();
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 2, "both wait");
        using Socket third = await server.ConnectAsync("", mayFail: true);
        await ShouldEndAsync(third);
        server.Manager.Metrics.Decided(GateDecision.ProxyHeaderLimit).ShouldBe(1);
        first.Dispose();
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 1, "a place is free");
        using Socket fourth = await server.ConnectAsync(Line + "y");
        (await ReceiveAsync(fourth, 1)).ShouldBe("y"u8.ToArray());
    }

    [Fact]
    public async Task A_look_whether_the_port_is_open_is_no_refusal()
    {
        await using var server = new EchoServer(Require);
        (await server.ConnectAsync()).Dispose();
        await Wait.UntilAsync(() => server.Manager.Metrics.ProxyProbes == 1 && server.Manager.AwaitingHeaders == 0, "it is seen");
        server.Manager.Metrics.Refused.ShouldBe(0);
        using (Socket half = await server.ConnectAsync("PROXY TC"))
        {
            half.Shutdown(SocketShutdown.Send);
            await ShouldEndAsync(half);
        }

        await Wait.UntilAsync(() => server.Manager.Metrics.Decided(GateDecision.ProxyHeaderMalformed) == 1, "half a header is one");
    }

    [Fact]
    public async Task A_drain_does_not_wait_for_headers()
    {
        await using var server = new EchoServer(Require);
        using Socket silent = await server.ConnectAsync();
        using Socket half = await server.ConnectAsync("PROXY T");
        await Wait.UntilAsync(() => server.Manager.AwaitingHeaders == 2, "both wait");
        await server.Manager.DrainAsync(TimeSpan.FromHours(1));
        server.Manager.AwaitingHeaders.ShouldBe(0);
        server.Manager.Metrics.Decided(GateDecision.Draining).ShouldBe(2);
        await ShouldEndAsync(silent);
        await ShouldEndAsync(half);
        server.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task The_screen_judges_the_client_that_the_proxy_names()
    {
        var screen = new FakeScreen { Verdict = client => client.Equals(Client.Address) ? new ScreenVerdict(ScreenVerdictKind.Banned) : default };
        await using var server = new EchoServer(Require, screen: screen);
        using Socket banned = await server.ConnectAsync(Line);
        await ShouldEndAsync(banned);
        server.Manager.Metrics.Decided(GateDecision.Banned).ShouldBe(1);
        using Socket other = await server.ConnectAsync("PROXY TCP4 192.0.2.8 198.51.100.1 1 22\r\nx");
        (await ReceiveAsync(other, 1)).ShouldBe("x"u8.ToArray());
        server.Logger.Lines.ShouldContain(static line => line.Event == 1014 && line.Text.Contains("192.0.2.7:56324 through the proxy 127.0.0.1:"));
    }

    private static async Task SendAsync(Socket socket, byte[] data, int step, int slowUntil)
    {
        for (int at = 0; at < data.Length;)
        {
            int count = at < slowUntil ? Math.Min(step, data.Length - at) : data.Length - at;
            at += await socket.SendAsync(data.AsMemory(at, count));
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var data = new byte[count];
        for (int at = 0; at < count;)
        {
            int received = await socket.ReceiveAsync(data.AsMemory(at));
            received.ShouldBeGreaterThan(0);
            at += received;
        }

        return data;
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
