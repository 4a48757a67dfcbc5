using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.TestKit;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Tests.Data;

public sealed class DataSetupTests
{
    private static CancellationToken Ct => DataRig.Ct;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_clients_connection_is_taken_and_its_port_free_at_once(bool comesFirst)
    {
        using var rig = new DataRig();
        int port = DataRig.PortOf(await rig.RunAsync("EPSV"));
        Socket? peer = comesFirst ? await DataRig.ConnectAsync(port) : null;
        ValueTask<(DataConnection? Data, FtpReply Refusal)> opening = rig.Data.OpenAsync(Ct);
        rig.Data.IsPrepared.ShouldBeFalse();
        peer ??= await DataRig.ConnectAsync(port);
        await using DataConnection data = (await opening).Data.ShouldNotBeNull();
        rig.Ports.Count.ShouldBe(0);
        data.RemoteEndPoint.ShouldBe(peer.LocalEndPoint);
        data.IsActive.ShouldBeFalse();
        data.RawSocket.ShouldNotBeNull();
        await peer.SendAsync("hello"u8.ToArray(), SocketFlags.None, Ct);
        (await data.ReceiveAsync(new byte[10], Ct)).ShouldBe(5);
        await Should.ThrowAsync<SocketException>(async () => await DataRig.ConnectAsync(port));
        peer.Dispose();
    }

    [Fact]
    public async Task A_thief_from_another_address_gets_nothing_and_the_client_its_connection()
    {
        using var rig = new DataRig();
        int port = DataRig.PortOf(await rig.RunAsync("PASV"));
        using Socket thief = await DataRig.ConnectAsync(port, from: "127.0.0.2");
        using Socket own = await DataRig.ConnectAsync(port);
        await using DataConnection data = (await rig.Data.OpenAsync(Ct)).Data.ShouldNotBeNull();
        data.RemoteEndPoint.ShouldBe(own.LocalEndPoint);
        await data.SendAsync("secret"u8.ToArray(), Ct);
        await data.CompleteAsync(Ct);
        (await own.ReceiveAsync(new byte[10], SocketFlags.None, Ct)).ShouldBe(6);
        (await Should.ThrowAsync<SocketException>(async () => await thief.ReceiveAsync(new byte[10], SocketFlags.None, Ct)))
            .SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Another_address_may_come_where_the_policy_says_so()
    {
        using var rig = new DataRig(new FtpDataOptions { AllowsForeignPassivePeer = true });
        int port = DataRig.PortOf(await rig.RunAsync("PASV"));
        using Socket other = await DataRig.ConnectAsync(port, from: "127.0.0.2");
        await using DataConnection data = (await rig.Data.OpenAsync(Ct)).Data.ShouldNotBeNull();
        data.RemoteEndPoint.ShouldBe(other.LocalEndPoint);
    }

    [Fact]
    public async Task Nobody_is_waited_for_longer_than_the_time_for_it()
    {
        var time = new ManualTimeProvider();
        using var rig = new DataRig(time: time);
        await rig.RunAsync("PASV");
        Task<(DataConnection? Data, FtpReply Refusal)> opening = rig.Data.OpenAsync(Ct).AsTask();
        time.Advance(TimeSpan.FromSeconds(19));
        opening.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
        (DataConnection? data, FtpReply refusal) = await opening;
        data.ShouldBeNull();
        refusal.Code.ShouldBe(425);
        rig.Ports.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_given_up_answers_so()
    {
        using var rig = new DataRig();
        await rig.RunAsync("PASV");
        using var over = new CancellationTokenSource();
        ValueTask<(DataConnection? Data, FtpReply Refusal)> opening = rig.Data.OpenAsync(over.Token);
        await over.CancelAsync();
        (await opening).Refusal.Code.ShouldBe(426);
        rig.Ports.Count.ShouldBe(0);
        (await rig.Data.OpenAsync(Ct)).Refusal.Code.ShouldBe(425);
    }

    [Fact]
    public async Task The_client_is_called_where_it_listens()
    {
        using var rig = new DataRig(new FtpDataOptions { ActiveMode = true });
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        (await rig.RunAsync($"EPRT |1|127.0.0.1|{port}|")).Code.ShouldBe(200);
        await using DataConnection data = (await rig.Data.OpenAsync(Ct)).Data.ShouldNotBeNull();
        using Socket peer = await listener.AcceptAsync(Ct);
        data.IsActive.ShouldBeTrue();
        rig.Data.IsPrepared.ShouldBeFalse();
        listener.Dispose();
        await rig.RunAsync($"PORT 127,0,0,1,{port >> 8},{port & 255}");
        (await rig.Data.OpenAsync(Ct)).Refusal.Code.ShouldBe(425);
    }

    [Fact]
    public async Task PROT_P_without_TLS_on_the_control_connection_never_goes_on_in_the_clear()
    {
        using var rig = new DataRig();
        int port = DataRig.PortOf(await rig.RunAsync("PASV"));
        rig.Data.IsProtected = true;
        using Socket peer = await DataRig.ConnectAsync(port);
        (DataConnection? data, FtpReply refusal) = await rig.Data.OpenAsync(Ct);
        data.ShouldBeNull();
        refusal.Code.ShouldBe(425);
        await Should.ThrowAsync<SocketException>(async () => await peer.ReceiveAsync(new byte[1], SocketFlags.None, Ct));
    }
}
