using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

/// <summary>Whose tickets are taken, with <c>openssl s_client</c>, which keeps them in files.</summary>
public sealed class ResumptionTests : IDisposable
{
    private readonly TestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("-tls1_2", "")]
    [InlineData("-tls1_2", "-no_ticket")]
    [InlineData("-tls1_3", "")]
    public async Task A_data_connection_resumes_its_control_connection_and_no_other(string version, string tickets)
    {
        using TlsServer server = _files.Server();
        using TlsSession own = server.NewSession(isBound: true);
        using TlsSession other = server.NewSession(isBound: true);

        (await ConnectAsync(own, isData: false, version, tickets, save: "own")).ShouldBeFalse();
        (await ConnectAsync(own, isData: true, version, tickets, use: "own")).ShouldBeTrue();
        (await ConnectAsync(own, isData: true, version, tickets, use: "own", save: "data")).ShouldBeTrue();
        if (version == "-tls1_3")
        {
            File.Exists(_files["data"]).ShouldBeFalse("nothing but data may come behind the handshake");
        }

        (await ConnectAsync(other, isData: true, version, tickets, use: "own")).ShouldBeFalse();
        (await ConnectAsync(other, isData: false, version, tickets, use: "own")).ShouldBeFalse();
        (await ConnectAsync(own, isData: true, version, tickets)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("-tls1_2", "")]
    [InlineData("-tls1_2", "-no_ticket")]
    [InlineData("-tls1_3", "")]
    [InlineData("-tls1_3", "-groups=X448:P-521")]
    public async Task What_a_stranger_got_on_a_data_connection_resumes_nothing(string version, string tickets)
    {
        using TlsServer server = _files.Server();
        using TlsSession own = server.NewSession(isBound: true);
        (await ConnectAsync(own, isData: false, version, tickets)).ShouldBeFalse();
        (await ConnectAsync(own, isData: true, version, tickets, save: "stolen")).ShouldBeFalse();
        if (!File.Exists(_files["stolen"]))
        {
            version.ShouldBe("-tls1_3");
            return;
        }

        (await ConnectAsync(own, isData: true, version, tickets, use: "stolen")).ShouldBeFalse();
        (await ConnectAsync(own, isData: false, version, tickets, use: "stolen")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_ticket_of_certificates_before_a_reload_is_good_for_its_own_control_connection(string version)
    {
        using TlsServer server = _files.Server();
        using TlsSession own = server.NewSession(isBound: true);
        (await ConnectAsync(own, isData: false, version, save: "own")).ShouldBeFalse();
        server.Reload().ShouldBeTrue();
        (await ConnectAsync(own, isData: true, version, use: "own")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Without_client_certificates_and_unbound_any_session_is_resumed(string version)
    {
        using TlsServer server = _files.Server();
        using TlsSession one = server.NewSession(isBound: false);
        using TlsSession two = server.NewSession(isBound: false);
        (await ConnectAsync(one, isData: false, version, save: "one")).ShouldBeFalse();
        (await ConnectAsync(two, isData: false, version, use: "one")).ShouldBeTrue();
        (await ConnectAsync(two, isData: true, version, use: "one")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_control_connection_that_asks_for_certificates_resumes_no_other()
    {
        using TlsServer server = _files.Server(options => options with { ClientCertificates = TlsClientCertificates.Offered, AuthorityFiles = [_files.AuthorityFile] });
        using TlsSession one = server.NewSession(isBound: false);
        using TlsSession two = server.NewSession(isBound: false);
        (await ConnectAsync(one, isData: false, "-tls1_3", save: "one")).ShouldBeFalse();
        (await ConnectAsync(two, isData: false, "-tls1_3", use: "one")).ShouldBeFalse();
        (await ConnectAsync(one, isData: true, "-tls1_3", use: "one")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_name_that_is_not_the_first_certificates_resumes_too(string version)
    {
        using TlsServer server = _files.Server(options => options with { Certificates = [_files.Certificate("other.example.com", isRsa: true), .. options.Certificates] });
        using TlsSession own = server.NewSession(isBound: true);
        using TlsSession other = server.NewSession(isBound: true);
        (await ConnectAsync(own, isData: false, version, save: "own")).ShouldBeFalse();
        (await ConnectAsync(own, isData: true, version, use: "own")).ShouldBeTrue();
        (await ConnectAsync(other, isData: true, version, use: "own")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_ticket_that_was_used_is_replaced_on_the_control_connection()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        using TlsServer server = _files.Server();
        using TlsSession own = server.NewSession(isBound: true);
        using OpenSslClient client = await OpenSslClient.StartAsync(["-quiet", "-tls1_3", "-sess_out", _files["own"]]);
        await using TlsChannel control = await own.HandshakeAsync(client.Stream, isData: false, ct);
        await control.Stream.WriteAsync("hello\n"u8.ToArray(), ct);
        (await client.Output.ReadLineAsync(ct)).ShouldBe("hello");
        string first = await File.ReadAllTextAsync(_files["own"], ct);

        (await ConnectAsync(own, isData: true, "-tls1_3", use: "own")).ShouldBeTrue();
        await control.Stream.WriteAsync("again\n"u8.ToArray(), ct);
        (await client.Output.ReadLineAsync(ct)).ShouldBe("again");
        string second = await File.ReadAllTextAsync(_files["own"], ct);
        second.ShouldNotBe(first);
        (await ConnectAsync(own, isData: true, "-tls1_3", use: "own")).ShouldBeTrue();
    }

    // Says hello so that the client has read the tickets before it, and then good-bye.
    private async Task<bool> ConnectAsync(TlsSession session, bool isData, string version, string tickets = "", string? use = null, string? save = null)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        using OpenSslClient client = await OpenSslClient.StartAsync(
        [
            "-quiet", version,
            .. tickets.Split('=', StringSplitOptions.RemoveEmptyEntries),
            .. use is null ? [] : new[] { "-sess_in", _files[use] },
            .. save is null ? [] : new[] { "-sess_out", _files[save] },
        ]);
        await using TlsChannel channel = await session.HandshakeAsync(client.Stream, isData, ct);
        await channel.Stream.WriteAsync("hello\n"u8.ToArray(), ct);
        (await client.Output.ReadLineAsync(ct)).ShouldBe("hello");
        await channel.ShutdownAsync(ct);
        await channel.WaitForCloseAsync(ct);
        return channel.IsResumed;
    }
}
