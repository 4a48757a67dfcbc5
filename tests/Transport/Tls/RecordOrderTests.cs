using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hpc.Transport.Buffers;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

/// <summary>What a read puts out (a ticket, an answer) leaves between records of a write in the order it was sealed in.</summary>
public sealed class RecordOrderTests : IDisposable
{
    private readonly TestFiles _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_ticket_that_a_read_gives_out_while_a_write_is_under_way_leaves_in_its_place()
    {
        (Socket ours, Socket theirs) = await TlsPair.SocketsAsync();
        var held = new HeldStream(new NetworkStream(ours, ownsSocket: true));
        (TlsEngine engine, TlsStream server, SslStream client) = await OpenAsync(held, theirs);

        // More than one block, of which the first is held.
        byte[] file = new byte[2 * BlockPool.Huge];
        new Random(11).NextBytes(file);
        held.Hold();
        Task writing = server.WriteAsync(file, Ct).AsTask();
        await held.Reached;
        engine.RenewTicket();
        await client.WriteAsync("x"u8.ToArray(), Ct);
        await ours.ReceiveAsync(new byte[1], SocketFlags.Peek, Ct);
        byte[] one = new byte[1];
        ValueTask<int> reading = server.ReadAsync(one, Ct);
        held.LetGo();

        byte[] received = new byte[file.Length];
        await client.ReadExactlyAsync(received, Ct);
        received.AsSpan().SequenceEqual(file).ShouldBeTrue();
        await writing;
        (await reading).ShouldBe(1);
        one[0].ShouldBe((byte)'x');
        await server.WriteAsync(one, Ct);
        await client.ReadExactlyAsync(one, Ct);
        await server.DisposeAsync();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Tickets_may_come_at_any_time_between_what_is_read_and_written()
    {
        (Socket ours, Socket theirs) = await TlsPair.SocketsAsync();
        (TlsEngine engine, TlsStream server, SslStream client) = await OpenAsync(new NetworkStream(ours, ownsSocket: true), theirs);
        byte[] file = new byte[2_000_000];
        new Random(12).NextBytes(file);
        Task moving = Task.WhenAll(SendAsync(server, file, 13), ExpectAsync(client, file), SendAsync(client, file, 14), ExpectAsync(server, file));
        for (int i = 0; i < 500 && !moving.IsCompleted; i++)
        {
            engine.RenewTicket();
            await Task.Yield();
        }

        await moving;
        await server.DisposeAsync();
        await client.DisposeAsync();
        _files.Pool.Budget.Rented.ShouldBe(0);
    }

    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> data, int seed)
    {
        var random = new Random(seed);
        while (!data.IsEmpty)
        {
            int length = Math.Min(data.Length, random.Next(1, 20_000));
            await stream.WriteAsync(data[..length], Ct);
            data = data[length..];
        }
    }

    private static async Task ExpectAsync(Stream stream, byte[] data)
    {
        byte[] received = new byte[data.Length];
        await stream.ReadExactlyAsync(received, Ct);
        received.AsSpan().SequenceEqual(data).ShouldBeTrue();
    }

    private async Task<(TlsEngine Engine, TlsStream Server, SslStream Client)> OpenAsync(Stream lower, Socket theirs)
    {
        // Its engine holds it from then on.
        using var context = new TlsContext(new TlsServerOptions { Certificates = [_files.Certificate("files.example.com")] });
        var engine = new TlsEngine(context, "test"u8, TlsRole.Control);
        var server = new TlsStream(lower, engine, _files.Pool, BlockPool.Small);
        var client = new SslStream(new NetworkStream(theirs, ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        Task connecting = client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "files.example.com", EnabledSslProtocols = SslProtocols.Tls13 }, Ct);
        await server.HandshakeAsync(Ct);
        await connecting;
        return (engine, server, client);
    }
}
