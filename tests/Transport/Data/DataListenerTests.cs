using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Data;
using Hpc.Transport.Proxying;
using Hpc.Transport.Tests.Proxying;

namespace Hpc.Transport.Tests.Data;

public sealed class DataListenerTests
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8")];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_from_another_address_is_closed_and_the_clients_own_is_waited_for()
    {
        using DataListener listener = DataListener.Bind(DataPair.Route(), 0);
        using Socket early = await DataPair.ConnectAsync(listener.Port, from: "127.0.0.2");
        ValueTask<PlainDataConnection?> accepting = listener.AcceptAsync(allowsForeign: false, Ct);
        (await DataPair.IsEndedAsync(early)).ShouldBeTrue();
        (await DataPair.IsTurnedAwayAsync(listener.Port, from: "127.0.0.4")).ShouldBeTrue();
        accepting.IsCompleted.ShouldBeFalse();
        using Socket own = await DataPair.ConnectAsync(listener.Port);
        await using PlainDataConnection connection = (await accepting).ShouldNotBeNull();
        connection.RemoteEndPoint.ShouldBe(own.LocalEndPoint);
        connection.IsActive.ShouldBeFalse();
        listener.Strangers.ShouldBe(2);
    }

    [Fact]
    public async Task Any_address_may_come_where_the_policy_says_so()
    {
        using DataListener listener = DataListener.Bind(DataPair.Route(), 0);
        using Socket other = await DataPair.ConnectAsync(listener.Port, from: "127.0.0.2");
        await using PlainDataConnection connection = (await listener.AcceptAsync(allowsForeign: true, Ct)).ShouldNotBeNull();
        connection.RemoteEndPoint.ShouldBe(other.LocalEndPoint);
    }

    [Fact]
    public async Task Strangers_without_end_end_the_waiting()
    {
        using DataListener listener = DataListener.Bind(DataPair.Route(), 0);
        ValueTask<PlainDataConnection?> accepting = listener.AcceptAsync(allowsForeign: false, Ct);
        for (int i = 0; i < DataListener.MaximumStrangers; i++)
        {
            (await DataPair.IsTurnedAwayAsync(listener.Port, from: "127.0.0.2")).ShouldBeTrue();
        }

        (await accepting).ShouldBeNull();
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_given_up_or_the_listener_closed()
    {
        using DataListener listener = DataListener.Bind(DataPair.Route(), 0);
        using var over = new CancellationTokenSource();
        ValueTask<PlainDataConnection?> accepting = listener.AcceptAsync(allowsForeign: false, over.Token);
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await accepting);
        accepting = listener.AcceptAsync(allowsForeign: false, Ct);
        listener.Dispose();
        await Should.ThrowAsync<IOException>(async () => await accepting);
    }

    [Fact]
    public async Task A_port_that_listens_is_nobody_elses_and_one_with_a_connection_can_be_listened_on_again()
    {
        DataListener listener = DataListener.Bind(DataPair.Route(), 0);
        int port = listener.Port;
        Should.Throw<SocketException>(() => DataListener.Bind(DataPair.Route(), port)).SocketErrorCode.ShouldBe(SocketError.AddressAlreadyInUse);
        using Socket own = await DataPair.ConnectAsync(port);
        await using PlainDataConnection connection = (await listener.AcceptAsync(allowsForeign: false, Ct)).ShouldNotBeNull();
        listener.Dispose();
        using DataListener again = DataListener.Bind(DataPair.Route(), port);
        again.Port.ShouldBe(port);
        await own.SendAsync("x"u8.ToArray(), SocketFlags.None, Ct);
        (await connection.ReceiveAsync(new byte[10], Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task Over_IPv6_it_is_the_same()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "No IPv6.");
        using DataListener listener = DataListener.Bind(DataPair.Route("::1", "::1"), 0);
        using Socket own = await DataPair.ConnectAsync(listener.Port, "::1", "::1");
        await using PlainDataConnection connection = (await listener.AcceptAsync(allowsForeign: false, Ct)).ShouldNotBeNull();
        connection.RemoteEndPoint.ShouldBe(own.LocalEndPoint);
    }

    [Theory]
    [InlineData(ProxyProtocolMode.Require)]
    [InlineData(ProxyProtocolMode.Accept)]
    public async Task Behind_a_proxy_the_header_of_the_data_connection_says_whose_it_is(ProxyProtocolMode mode)
    {
        await using Control control = await Control.OpenAsync(mode, "PROXY TCP4 192.0.2.7 198.51.100.1 56324 21\r\n");
        control.Route.Client.ToString().ShouldBe("192.0.2.7");
        control.Route.Shown.ToString().ShouldBe("198.51.100.1");
        control.Route.Local.ToString().ShouldBe("127.0.0.1");
        using DataListener listener = DataListener.Bind(control.Route, 0);
        ValueTask<PlainDataConnection?> accepting = listener.AcceptAsync(allowsForeign: false, Ct);
        using Socket other = await DataPair.ConnectAsync(listener.Port);
        await other.SendAsync(ProxyHeaders.Text("PROXY TCP4 192.0.2.8 198.51.100.1 56325 50000\r\n"), SocketFlags.None, Ct);
        (await DataPair.IsEndedAsync(other)).ShouldBeTrue();
        using Socket own = await DataPair.ConnectAsync(listener.Port);
        await own.SendAsync(ProxyHeaders.Text("PROXY TCP4 192.0.2.7 198.51.100.1 56326 50000\r\nfirst bytes"), SocketFlags.None, Ct);
        await using PlainDataConnection connection = (await accepting).ShouldNotBeNull();
        connection.RemoteEndPoint.ToString().ShouldBe("192.0.2.7:56326");
        await connection.WaitReadableAsync(Ct);
        byte[] first = new byte[100];
        int count = await connection.ReceiveAsync(first, Ct);
        System.Text.Encoding.ASCII.GetString(first, 0, count).ShouldBe("first bytes");
        await own.SendAsync("more"u8.ToArray(), SocketFlags.None, Ct);
        (await connection.ReceiveAsync(first, Ct)).ShouldBe(4);
        connection.Moved.ShouldBe(15);
        await Wait.UntilAsync(() => control.Server.Manager.AwaitingHeaders == 0, "its place is free");
    }

    [Fact]
    public async Task A_proxy_that_looks_whether_the_port_lives_is_no_client_even_where_any_address_may_come()
    {
        await using Control control = await Control.OpenAsync(ProxyProtocolMode.Require, "PROXY TCP4 192.0.2.7 198.51.100.1 56324 21\r\n");
        using DataListener listener = DataListener.Bind(control.Route, 0);
        ValueTask<PlainDataConnection?> accepting = listener.AcceptAsync(allowsForeign: true, Ct);
        using Socket probe = await DataPair.ConnectAsync(listener.Port);

        // Version 2, LOCAL, no addresses.
        await probe.SendAsync(new byte[] { 0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x20, 0x00, 0x00, 0x00 }, SocketFlags.None, Ct);
        using Socket own = await DataPair.ConnectAsync(listener.Port);
        await own.SendAsync(ProxyHeaders.Text("PROXY TCP4 192.0.2.8 198.51.100.1 56326 50000\r\n"), SocketFlags.None, Ct);
        await using PlainDataConnection connection = (await accepting).ShouldNotBeNull();
        connection.RemoteEndPoint.ToString().ShouldBe("192.0.2.8:56326");
    }

    [Fact]
    public async Task Who_is_no_proxy_is_refused_where_a_header_is_required()
    {
        await using Control control = await Control.OpenAsync(ProxyProtocolMode.Require, "PROXY TCP4 127.0.0.9 198.51.100.1 56324 21\r\n", IPNetwork.Parse("127.0.0.1/32"));
        using DataListener listener = DataListener.Bind(control.Route, 0);
        ValueTask<PlainDataConnection?> accepting = listener.AcceptAsync(allowsForeign: false, Ct);
        (await DataPair.IsTurnedAwayAsync(listener.Port, from: "127.0.0.9")).ShouldBeTrue();
        accepting.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_among_the_proxies_whose_control_connection_had_no_header_sends_none_on_data_connections()
    {
        await using Control control = await Control.OpenAsync(ProxyProtocolMode.Accept, "USER x\r\n");
        using DataListener listener = DataListener.Bind(control.Route, 0);
        using Socket own = await DataPair.ConnectAsync(listener.Port);
        await using PlainDataConnection connection = (await listener.AcceptAsync(allowsForeign: false, Ct)).ShouldNotBeNull();
        connection.RemoteEndPoint.ShouldBe(own.LocalEndPoint);
    }

    private sealed class Control : IAsyncDisposable
    {
        private readonly TaskCompletionSource<DataRoute> _route = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Socket? _client;

        private Control(ProxyProtocolMode mode, IPNetwork[] trusted) =>
            Server = new EchoServer(new ProxyProtocolOptions { Mode = mode, Trusted = trusted }) { Beginning = connection => _route.TrySetResult(DataRoute.Of(connection)) };

        public EchoServer Server { get; }

        public DataRoute Route { get; private set; } = null!;

        public static async Task<Control> OpenAsync(ProxyProtocolMode mode, string sent, params IPNetwork[] trusted)
        {
            var control = new Control(mode, trusted.Length > 0 ? trusted : Loopback);
            control._client = await control.Server.ConnectAsync(sent);
            control.Route = await control._route.Task.WaitAsync(Ct);
            return control;
        }

        public async ValueTask DisposeAsync()
        {
            _client?.Dispose();
            await Server.DisposeAsync();
        }
    }
}
