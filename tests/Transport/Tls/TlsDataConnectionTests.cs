using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;
using Hpc.Transport.Tests.Data;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

public sealed class TlsDataConnectionTests : IAsyncDisposable
{
    private readonly TestFiles _files = new();
    private readonly TlsServer _server;
    private readonly TlsSession _session;

    public TlsDataConnectionTests() => _session = (_server = _files.Server()).NewSession(isBound: false);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        _server.Dispose();
        _files.Dispose();
        return default;
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_download_ends_with_close_notify_and_waits_for_the_peers_behind_the_reply(SslProtocols version)
    {
        (TlsDataConnection data, SslStream client, _) = await OpenAsync(version);
        byte[] file = File();
        Task sending = DownloadAsync(data, file);
        (await ReadToEndAsync(client)).AsSpan().SequenceEqual(file).ShouldBeTrue();
        await sending;
        data.Moved.ShouldBe(file.Length);
        await client.ShutdownAsync();
        await Wait.UntilAsync(() => _files.Pool.Budget.Rented == 0, "The connection was closed.");
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task An_upload_is_answered_with_close_notify(SslProtocols version)
    {
        (TlsDataConnection data, SslStream client, _) = await OpenAsync(version);
        byte[] file = File();
        Task<byte[]> receiving = UploadAsync(data);
        await client.WriteAsync(file, Ct);
        await client.ShutdownAsync();
        (await client.ReadAsync(new byte[1], Ct)).ShouldBe(0);
        (await receiving).AsSpan().SequenceEqual(file).ShouldBeTrue();
        data.Moved.ShouldBe(file.Length);
        await data.DisposeAsync();
        await client.DisposeAsync();
        _files.Pool.Budget.Rented.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_ends_without_close_notify_is_whole_where_that_is_tolerated(bool isTolerated)
    {
        (TlsDataConnection data, SslStream client, Socket socket) = await OpenAsync(SslProtocols.Tls13, isTolerated);
        Task<byte[]> receiving = UploadAsync(data);
        await client.WriteAsync(new byte[100_000], Ct);
        socket.Shutdown(SocketShutdown.Send);
        if (isTolerated)
        {
            (await receiving).Length.ShouldBe(100_000);
        }
        else
        {
            await Should.ThrowAsync<IOException>(() => receiving);
        }

        await data.DisposeAsync();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_that_is_cut_within_a_record_is_never_whole()
    {
        DataPair pair = await DataPair.CreateAsync();
        await using var gathering = new GatheringStream(new NetworkStream(pair.Peer, ownsSocket: false));
        await using var client = new SslStream(gathering, leaveInnerStreamOpen: true, (_, certificate, _, _) => certificate is not null);
        Task connecting = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "files.example.com" }, Ct);
        TlsDataConnection data = await TlsDataConnection.HandshakeAsync(pair.Connection, _session, toleratesMissingCloseNotify: true, Ct);
        await connecting;
        gathering.Begin();
        await client.WriteAsync(new byte[1000], Ct);
        await pair.Peer.SendAsync(gathering.Kept[..^1]);
        pair.Peer.Shutdown(SocketShutdown.Send);
        await Should.ThrowAsync<IOException>(() => UploadAsync(data));
        await data.DisposeAsync();
        pair.Peer.Dispose();
    }

    [Fact]
    public async Task An_upload_whose_reader_is_slowed_down_holds_no_more_than_that_asked_for()
    {
        (TlsDataConnection data, SslStream client, Socket socket) = await OpenAsync(SslProtocols.Tls13);
        await client.WriteAsync(new byte[200_000], Ct);
        await Wait.UntilAsync(() => socket.Available == 0, "It was sent.");
        (await data.ReceiveAsync(Memory<byte>.Empty, Ct)).ShouldBe(0);
        byte[] buffer = new byte[8 * 1024];
        for (int received = 0; received < 200_000;)
        {
            await data.WaitReadableAsync(Ct);
            received += await data.ReceiveAsync(buffer, Ct);
            _files.Pool.Budget.Rented.ShouldBeLessThanOrEqualTo(BlockPool.Medium);
        }

        data.Abort();
        await data.DisposeAsync();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_was_cut_fails_what_is_under_way()
    {
        (TlsDataConnection data, SslStream client, _) = await OpenAsync(SslProtocols.Tls13);
        ValueTask waiting = data.WaitReadableAsync(Ct);
        data.Abort();
        await Should.ThrowAsync<IOException>(async () => await waiting);
        await Should.ThrowAsync<IOException>(async () => await data.SendAsync(new byte[10], Ct));
        await data.DisposeAsync();
        await client.DisposeAsync();
        _files.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_failed_handshake_leaves_the_connection_below_to_its_owner()
    {
        await using DataPair pair = await DataPair.CreateAsync();
        await pair.Peer.SendAsync("STOR\r\n"u8.ToArray());
        await Should.ThrowAsync<TlsHandshakeException>(async () => await TlsDataConnection.HandshakeAsync(pair.Connection, _session, toleratesMissingCloseNotify: true, Ct));
        await pair.Connection.SendAsync("plain"u8.ToArray(), Ct);
    }

    private static byte[] File()
    {
        byte[] file = new byte[5_000_001];
        new Random(7).NextBytes(file);
        return file;
    }

    private async Task<(TlsDataConnection Data, SslStream Client, Socket Socket)> OpenAsync(SslProtocols version, bool isTolerated = true)
    {
        DataPair pair = await DataPair.CreateAsync();
        var client = new SslStream(new NetworkStream(pair.Peer, ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        Task connecting = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "files.example.com", EnabledSslProtocols = version }, Ct);
        TlsDataConnection data = await TlsDataConnection.HandshakeAsync(pair.Connection, _session, isTolerated, Ct);
        await connecting;
        return (data, client, pair.Peer);
    }

    private static async Task DownloadAsync(TlsDataConnection data, byte[] file)
    {
        var random = new Random(3);
        for (int at = 0; at < file.Length;)
        {
            int length = Math.Min(file.Length - at, random.Next(1, BlockPool.Large));
            await data.SendAsync(file.AsMemory(at, length), Ct);
            at += length;
        }

        await data.CompleteAsync(Ct);
        await data.DisposeAsync();
    }

    private static async Task<byte[]> UploadAsync(TlsDataConnection data)
    {
        using var received = new MemoryStream();
        byte[] buffer = new byte[BlockPool.Huge];
        while (true)
        {
            await data.WaitReadableAsync(Ct);
            int count = await data.ReceiveAsync(buffer, Ct);
            if (count == 0)
            {
                return received.ToArray();
            }

            received.Write(buffer, 0, count);
        }
    }

    private static async Task<byte[]> ReadToEndAsync(SslStream client)
    {
        using var received = new MemoryStream();
        await client.CopyToAsync(received, Ct);
        return received.ToArray();
    }
}
