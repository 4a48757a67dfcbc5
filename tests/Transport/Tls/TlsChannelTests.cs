using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Transport.Buffers;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

public sealed class TlsChannelTests : IDisposable
{
    private readonly TestFiles _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12, int.MaxValue)]
    [InlineData(SslProtocols.Tls13, int.MaxValue)]
    [InlineData(SslProtocols.Tls12, 1000)]
    [InlineData(SslProtocols.Tls13, 777)]
    public async Task What_is_written_is_read_back_both_ways_in_pieces_of_any_length(SslProtocols version, int receiveAtMost)
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session, options => options.EnabledSslProtocols = version, receiveAtMost: receiveAtMost);
        pair.Server.Description.ShouldStartWith(version == SslProtocols.Tls13 ? "TLSv1.3 TLS_AES_128_GCM_SHA256" : "TLSv1.2 ECDHE-ECDSA-");
        byte[] data = new byte[3_000_000];
        var random = new Random(20261121);
        random.NextBytes(data);

        await Task.WhenAll(
            SendAsync(pair.Server.Stream, data, new Random(1)), ExpectAsync(pair.Client, data, new Random(2)),
            SendAsync(pair.Client, data, new Random(3)), ExpectAsync(pair.Server.Stream, data, new Random(4)));
        _files.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_channel_holds_no_buffer_while_it_waits()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session);
        byte[] buffer = new byte[10];
        ValueTask<int> waiting = pair.Server.Stream.ReadAsync(Memory<byte>.Empty, Ct);
        _files.Pool.Budget.Rented.ShouldBe(0);
        await pair.Client.WriteAsync("hello"u8.ToArray(), Ct);
        (await waiting).ShouldBe(0);
        (await pair.Server.Stream.ReadAsync(buffer, Ct)).ShouldBe(5);
        ValueTask<int> reading = pair.Server.Stream.ReadAsync(buffer, Ct);
        _files.Pool.Budget.Rented.ShouldBe(0);
        await pair.Client.WriteAsync("again"u8.ToArray(), Ct);
        (await reading).ShouldBe(5);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_sides_say_good_bye(SslProtocols version)
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session, options => options.EnabledSslProtocols = version);
        await pair.Server.ShutdownAsync(Ct);
        (await pair.Client.ReadAsync(new byte[1], Ct)).ShouldBe(0);
        await pair.Client.ShutdownAsync();
        (await pair.Server.WaitForCloseAsync(Ct)).ShouldBeTrue();
        await Should.ThrowAsync<IOException>(async () => await pair.Server.Stream.WriteAsync(new byte[1], Ct));
    }

    [Fact]
    public async Task What_comes_in_plain_behind_close_notify_is_kept()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        (Socket ours, Socket theirs) = await TlsPair.SocketsAsync();
        var wire = new NetworkStream(theirs, ownsSocket: true);
        var gathering = new GatheringStream(wire);
        await using var client = new SslStream(gathering, leaveInnerStreamOpen: true, (_, certificate, _, _) => certificate is not null);
        Task connecting = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "files.example.com" }, Ct);
        await using TlsChannel channel = await session.HandshakeAsync(new NetworkStream(ours, ownsSocket: true), isData: false, Ct);
        await connecting;

        // One segment: the alert, and a command behind it.
        gathering.Begin();
        await client.ShutdownAsync();
        await gathering.SendWithAsync("NOOP\r\n"u8.ToArray());
        (await channel.WaitForCloseAsync(Ct)).ShouldBeTrue();
        channel.Unread.ToArray().ShouldBe("NOOP\r\n"u8.ToArray());
    }

    [Fact]
    public async Task A_client_that_speaks_no_TLS_fails_the_handshake_and_leaves_no_buffer()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        (Socket ours, Socket theirs) = await TlsPair.SocketsAsync();
        await theirs.SendAsync("USER anonymous\r\n"u8.ToArray());
        await Should.ThrowAsync<TlsHandshakeException>(async () => await session.HandshakeAsync(new NetworkStream(ours, ownsSocket: true), isData: false, Ct));
        _files.Pool.Budget.Rented.ShouldBe(0);
        theirs.Dispose();
    }

    [Fact]
    public async Task A_client_that_leaves_or_says_nothing_fails_the_handshake()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        (Socket ours, Socket theirs) = await TlsPair.SocketsAsync();
        theirs.Dispose();
        await Should.ThrowAsync<TlsHandshakeException>(async () => await session.HandshakeAsync(new NetworkStream(ours, ownsSocket: true), isData: false, Ct));
        (ours, theirs) = await TlsPair.SocketsAsync();
        using var limit = new CancellationTokenSource();
        ValueTask<TlsChannel> silent = session.HandshakeAsync(new NetworkStream(ours, ownsSocket: true), isData: false, limit.Token);
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await silent);
        theirs.Dispose();
    }

    [Fact]
    public async Task An_older_version_than_the_lowest_is_refused()
    {
        using TlsServer server = _files.Server(options => options with { MinVersion = 13 });
        using TlsSession session = server.NewSession(isBound: false);
        await Should.ThrowAsync<TlsHandshakeException>(() => TlsPair.CreateAsync(session, options => options.EnabledSslProtocols = SslProtocols.Tls12));
        await using TlsPair pair = await TlsPair.CreateAsync(session);
        pair.Client.SslProtocol.ShouldBe(SslProtocols.Tls13);
    }

    [Fact]
    public async Task The_suites_of_TLS_1_2_are_those_that_are_configured()
    {
        using TlsServer server = _files.Server(options => options with { CipherSuites = [(TlsCipherSuite)0xFEFE, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384] });
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session, options => options.EnabledSslProtocols = SslProtocols.Tls12);
        pair.Client.NegotiatedCipherSuite.ShouldBe(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
        Should.Throw<TlsConfigurationException>(() => _files.Server(options => options with { CipherSuites = [(TlsCipherSuite)0xFEFE] }));
    }

    [Fact]
    public async Task A_client_that_wants_another_protocol_is_refused()
    {
        using TlsServer server = _files.Server();
        using TlsSession session = server.NewSession(isBound: false);
        await Should.ThrowAsync<TlsHandshakeException>(() => TlsPair.CreateAsync(session, options => options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]));
        await using TlsPair pair = await TlsPair.CreateAsync(session, options => options.ApplicationProtocols = [SslApplicationProtocol.Http11, new SslApplicationProtocol("ftp")]);
        pair.Client.NegotiatedApplicationProtocol.ToString().ShouldBe("ftp");
    }

    [Theory]
    [InlineData("one.example.com", "one.example.com")]
    [InlineData("two.example.com", "two.example.com")]
    [InlineData("a.three.example.com", "*.three.example.com")]
    [InlineData("other.example.com", "one.example.com")]
    [InlineData("a.b.three.example.com", "one.example.com")]
    [InlineData("", "one.example.com")]
    public async Task The_certificate_is_the_one_of_the_name_that_the_client_asks_for(string asked, string shown)
    {
        using var server = new TlsServer(
            new TlsServerOptions { Certificates = [_files.Certificate("one.example.com", isRsa: true), _files.Certificate("two.example.com"), _files.Certificate("*.three.example.com", file: "three")] },
            _files.Pool, _files.Logger);
        using TlsSession session = server.NewSession(isBound: true);
        await using TlsPair pair = await TlsPair.CreateAsync(session, options => options.TargetHost = asked);
        pair.Client.RemoteCertificate!.Subject.ShouldBe($"CN={shown}");
    }

    [Fact]
    public async Task Files_are_read_again_and_what_cannot_be_read_changes_nothing()
    {
        TlsCertificateFiles files = _files.Certificate("files.example.com");
        using var server = new TlsServer(new TlsServerOptions { Certificates = [files] }, _files.Pool, _files.Logger);
        using TlsSession before = server.NewSession(isBound: true);
        await using TlsPair first = await TlsPair.CreateAsync(before);

        _files.Certificate("new.example.com", file: "files.example.com");
        server.Reload().ShouldBeTrue();
        using TlsSession after = server.NewSession(isBound: true);
        await using TlsPair second = await TlsPair.CreateAsync(after);
        second.Client.RemoteCertificate!.Subject.ShouldBe("CN=new.example.com");
        await using TlsPair data = await TlsPair.CreateAsync(before, isData: true);
        data.Client.RemoteCertificate!.Subject.ShouldBe("CN=files.example.com");

        await File.WriteAllTextAsync(files.KeyFile, "no key", Ct);
        server.Reload().ShouldBeFalse();
        using TlsSession last = server.NewSession(isBound: true);
        await using TlsPair third = await TlsPair.CreateAsync(last);
        third.Client.RemoteCertificate!.Subject.ShouldBe("CN=new.example.com");
        await first.Client.WriteAsync("hello"u8.ToArray(), Ct);
        (await first.Server.Stream.ReadAsync(new byte[10], Ct)).ShouldBe(5);
    }

    [Fact]
    public void What_cannot_be_used_is_told_by_its_file()
    {
        TlsCertificateFiles one = _files.Certificate("one.example.com");
        TlsCertificateFiles two = _files.Certificate("two.example.com");
        Should.Throw<TlsConfigurationException>(() => Open(new TlsCertificateFiles(one.CertificateFile, two.KeyFile))).Message.ShouldContain("one.example.com.pem");
        Should.Throw<TlsConfigurationException>(() => Open(new TlsCertificateFiles(_files["missing.pem"], one.KeyFile))).Message.ShouldContain("missing.pem");
        Should.Throw<TlsConfigurationException>(() => Open());
        using var locked = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(one.KeyFile, locked.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        Should.Throw<TlsConfigurationException>(() => Open(one));

        TlsServer Open(params TlsCertificateFiles[] files) => new(new TlsServerOptions { Certificates = files }, _files.Pool, _files.Logger);
    }

    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> data, Random random)
    {
        while (!data.IsEmpty)
        {
            int length = Math.Min(data.Length, random.Next(1, random.Next(2) == 0 ? 100 : 600_000));
            await stream.WriteAsync(data[..length], Ct);
            data = data[length..];
        }
    }

    private static async Task ExpectAsync(Stream stream, byte[] data, Random random)
    {
        byte[] received = new byte[data.Length];
        for (int at = 0; at < data.Length;)
        {
            int length = Math.Min(data.Length - at, random.Next(1, random.Next(2) == 0 ? 100 : 600_000));
            int count = await stream.ReadAsync(received.AsMemory(at, length), Ct);
            count.ShouldBeGreaterThan(0);
            at += count;
        }

        received.AsSpan().SequenceEqual(data).ShouldBeTrue();
    }
}
