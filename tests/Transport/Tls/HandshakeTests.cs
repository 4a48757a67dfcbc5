using System.Net.Security;
using System.Text;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

/// <summary>What a peer may do to the handshake protocol.</summary>
public sealed class HandshakeTests : IDisposable
{
    private readonly TestFiles _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Keys_are_renewed_when_the_client_wants_it()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);

        // In its own dialogue K at the start of a line is KeyUpdate, to be answered with another.
        using OpenSslClient client = await OpenSslClient.StartAsync(["-tls1_3"]);
        await using TlsChannel channel = await session.HandshakeAsync(client.Stream, isData: false, Ct);
        for (int round = 0; round < 3; round++)
        {
            await client.Input.WriteAsync("K\n");
            await client.Input.FlushAsync(Ct);
            await channel.Stream.WriteAsync(Encoding.ASCII.GetBytes($"before {round}\n"), Ct);
            await client.ExpectAsync($"before {round}");
            await client.Input.WriteAsync($"line {round}\n");
            await client.Input.FlushAsync(Ct);
            (await ReadLineAsync(channel)).ShouldBe($"line {round}\n");
            await channel.Stream.WriteAsync(Encoding.ASCII.GetBytes($"after {round}\n"), Ct);
            await client.ExpectAsync($"after {round}");
        }
    }

    [Fact]
    public async Task Nothing_is_negotiated_anew()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        using OpenSslClient client = await OpenSslClient.StartAsync(["-tls1_2"]);
        await using TlsChannel channel = await session.HandshakeAsync(client.Stream, isData: false, Ct);
        await client.Input.WriteAsync("R\n");
        await client.Input.FlushAsync(Ct);

        // It is told that nothing comes of it, and leaves.
        try
        {
            (await channel.Stream.ReadAsync(new byte[10], Ct)).ShouldBe(0);
        }
        catch (IOException)
        {
            channel.Description.ShouldStartWith("TLSv1.2");
        }
    }

    [Theory]
    [InlineData(TlsClientCertificates.None)]
    [InlineData(TlsClientCertificates.Offered)]
    public async Task Bytes_that_were_changed_on_the_way_fail_the_handshake_and_nothing_else(TlsClientCertificates certificates)
    {
        TlsServerOptions options = new()
        {
            Certificates = [_files.Certificate("files.example.com")],
            ClientCertificates = certificates,
            AuthorityFiles = [_files.AuthorityFile],
        };
        using var context = new TlsContext(options);
        byte[] hello = await HelloAsync();
        var random = new Random(20261121);
        byte[] output = new byte[64 * 1024];
        int failed = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] changed = [.. hello];
            for (int change = 0; change <= i % 4; change++)
            {
                changed[random.Next(i % 2 == 0 ? 0 : 5, changed.Length)] = (byte)random.Next(256);
            }

            using var engine = new TlsEngine(context, "test"u8, TlsRole.Control);
            TlsStatus status = engine.Handshake(changed, output, out int consumed, out int produced);
            consumed.ShouldBeInRange(0, changed.Length);
            produced.ShouldBeInRange(0, output.Length);
            status.ShouldBeOneOf(TlsStatus.Failed, TlsStatus.NeedsInput, TlsStatus.Closed);
            failed += status == TlsStatus.Failed ? 1 : 0;
        }

        failed.ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task A_hello_is_understood_however_it_is_cut()
    {
        using var context = new TlsContext(new TlsServerOptions { Certificates = [_files.Certificate("files.example.com")] });
        byte[] hello = await HelloAsync();
        byte[] output = new byte[64 * 1024];
        for (int cut = 1; cut < hello.Length; cut += 7)
        {
            using var engine = new TlsEngine(context, "test"u8, TlsRole.Data);
            engine.Handshake(hello.AsSpan(0, cut), output, out int consumed, out int produced).ShouldBe(TlsStatus.NeedsInput);
            (consumed, produced).ShouldBe((cut, 0));
            engine.Handshake(hello.AsSpan(cut), output, out consumed, out produced).ShouldBe(TlsStatus.NeedsInput);
            consumed.ShouldBe(hello.Length - cut);
            produced.ShouldBeGreaterThan(0);
        }
    }

    private static async Task<byte[]> HelloAsync()
    {
        await using var lower = new HelloStream();
        await using var client = new SslStream(lower, leaveInnerStreamOpen: true);
        using var limit = new CancellationTokenSource();
        Task connecting = client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "files.example.com", ApplicationProtocols = [new SslApplicationProtocol("ftp"), SslApplicationProtocol.Http11] }, limit.Token);
        byte[] hello = await lower.First;
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => connecting);
        return hello;
    }

    private static async Task<string> ReadLineAsync(TlsChannel channel)
    {
        byte[] buffer = new byte[100];
        int length = await channel.Stream.ReadAsync(buffer, Ct);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
