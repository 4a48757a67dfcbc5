using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_of_the_authority_is_taken_and_told(SslProtocols version)
    {
        using X509Certificate2 alice = _files.Client("alice");
        using TlsServer server = Server(TlsClientCertificates.Required);
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session, Show(alice, version));
        pair.Server.ClientCertificate.ToArray().ShouldBe(alice.RawData);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_is_judged_alike_byte_by_byte_and_beside_an_older_authority(SslProtocols version)
    {
        using var older = new TestFiles();
        using X509Certificate2 alice = _files.Client("alice");
        using TlsServer server = _files.Server(options => options with
        {
            ClientCertificates = TlsClientCertificates.Required,
            AuthorityFiles = [_files.AuthorityFile, older.AuthorityFile],
        });
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session, Show(alice, version), receiveAtMost: 1);
        pair.Server.ClientCertificate.ToArray().ShouldBe(alice.RawData);
    }

    [Fact]
    public async Task A_data_connection_is_not_asked_for_one()
    {
        using TlsServer server = Server(TlsClientCertificates.Required);
        using TlsSession session = server.NewSession(isBound: true);
        await using TlsPair pair = await TlsPair.CreateAsync(session, isData: true);
        pair.Server.ClientCertificate.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(TlsClientCertificates.Offered, true)]
    [InlineData(TlsClientCertificates.Required, false)]
    public async Task Who_shows_none_is_welcome_where_it_is_not_required(TlsClientCertificates mode, bool isWelcome)
    {
        using TlsServer server = Server(mode);
        using TlsSession session = server.NewSession(isBound: false);
        if (!isWelcome)
        {
            await Should.ThrowAsync<TlsHandshakeException>(() => TlsPair.CreateAsync(session));
            return;
        }

        await using TlsPair pair = await TlsPair.CreateAsync(session);
        pair.Server.ClientCertificate.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Strangers_servers_and_revoked_ones_are_refused_even_where_none_is_required(SslProtocols version)
    {
        using var others = new TestFiles();
        using X509Certificate2 stranger = others.Client("alice");
        using X509Certificate2 machine = _files.Client("alice", usage: "1.3.6.1.5.5.7.3.1");
        using X509Certificate2 revoked = _files.Client("alice");
        using X509Certificate2 good = _files.Client("alice");
        using TlsServer server = Server(TlsClientCertificates.Offered, _files.Revoke(revoked));
        using TlsSession session = server.NewSession(isBound: false);
        foreach (X509Certificate2 bad in new[] { stranger, machine, revoked })
        {
            await Should.ThrowAsync<TlsHandshakeException>(() => TlsPair.CreateAsync(session, Show(bad, version)));
        }

        await using TlsPair pair = await TlsPair.CreateAsync(session, Show(good, version));
        pair.Server.ClientCertificate.ToArray().ShouldBe(good.RawData);
    }

    [Fact]
    public async Task What_is_revoked_after_a_reload_is_refused()
    {
        using X509Certificate2 alice = _files.Client("alice");
        using X509Certificate2 bob = _files.Client("bob");
        using TlsServer server = Server(TlsClientCertificates.Required, _files.Revoke(bob));
        using TlsSession session = server.NewSession(isBound: false);
        await using TlsPair pair = await TlsPair.CreateAsync(session, Show(alice, SslProtocols.Tls13));
        _files.Revoke(alice);
        server.Reload().ShouldBeTrue();
        using TlsSession next = server.NewSession(isBound: false);
        await Should.ThrowAsync<TlsHandshakeException>(() => TlsPair.CreateAsync(next, Show(alice, SslProtocols.Tls13)));
    }

    [Fact]
    public void Asking_without_an_authority_or_with_a_foreign_list_is_refused_at_once()
    {
        using var others = new TestFiles();
        using X509Certificate2 theirs = others.Client("alice");
        Should.Throw<TlsConfigurationException>(() => _files.Server(options => options with { ClientCertificates = TlsClientCertificates.Required }));
        Should.Throw<TlsConfigurationException>(() => Server(TlsClientCertificates.Required, others.Revoke(theirs)));
    }

    private TlsServer Server(TlsClientCertificates mode, params string[] revoked) => _files.Server(options => options with
    {
        ClientCertificates = mode,
        AuthorityFiles = [_files.AuthorityFile],
        RevocationFiles = revoked,
    });

    private static Action<SslClientAuthenticationOptions> Show(X509Certificate2 certificate, SslProtocols version) => options =>
    {
        options.EnabledSslProtocols = version;
        options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
    };
}
