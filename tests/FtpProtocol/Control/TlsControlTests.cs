using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Transport.Connections;
using Hpc.Transport.Tls;

namespace Hpc.FtpProtocol.Tests.Control;

public sealed class TlsControlTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task AUTH_TLS_protects_the_login_and_PROT_comes_behind_PBSZ()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        (await client.CommandAsync("FEAT", 211)).ShouldContain("\n AUTH TLS\n");
        await client.CommandAsync("PBSZ 0", 503);
        await client.CommandAsync("AUTH GSSAPI", 504);
        await using SslStream ssl = await StartAsync(client);
        await client.CommandAsync("PROT P", 503);
        await client.CommandAsync("PBSZ x", 501);
        await client.CommandAsync("PBSZ 0", 200);
        await client.CommandAsync("PROT E", 536);
        await client.CommandAsync("PROT X", 504);
        await client.CommandAsync("PROT P", 200);
        await client.CommandAsync("PROT C", 200);
        await client.LogInAsync();
        await client.CommandAsync("PWD", 257);
        await client.CommandAsync("AUTH TLS", 503);
        await client.CommandAsync("QUIT", 221);
        (await client.ReadLineAsync()).ShouldBeNull("the server ends TLS in order");
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task Commands_that_come_together_with_AUTH_are_not_obeyed()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.SendAsync("AUTH TLS\r\nUSER mallory\r\n");
        await client.ExpectAsync(421);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task Commands_in_place_of_the_handshake_end_the_connection()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("AUTH TLS", 234);
        await client.SendAsync("USER alice\r\n");
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.NegotiationFailed);
    }

    [Fact]
    public async Task Who_was_named_in_the_clear_is_forgotten_by_the_handshake()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await using SslStream ssl = await StartAsync(client);
        await client.CommandAsync("PASS " + FtpTestHost.Password, 503);
    }

    [Fact]
    public async Task AUTH_behind_the_login_is_refused()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        await using FtpTestClient client = await host.LogInAsync();
        await client.CommandAsync("AUTH TLS", 503);
        await client.CommandAsync("PWD", 257);
    }

    [Theory]
    [InlineData(FtpTlsMode.ControlAndData, 534)]
    [InlineData(FtpTlsMode.Control, 200)]
    [InlineData(FtpTlsMode.Optional, 200)]
    public async Task Data_in_the_clear_is_refused_where_it_must_be_protected(FtpTlsMode mode, int code)
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions { TlsMode = mode }, tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await using SslStream ssl = await StartAsync(client);
        await client.LogInAsync();
        await client.CommandAsync("EPSV", 229);
        await client.CommandAsync("PBSZ 0", 200);
        await client.CommandAsync("PROT C", code);
        await client.SendAsync("LIST\r\n");
        if (mode == FtpTlsMode.ControlAndData)
        {
            await client.ExpectAsync(521);
        }
        else
        {
            await client.ExpectAsync(150);
            await client.CommandAsync("ABOR", 426);
        }
    }

    [Fact]
    public async Task A_user_who_must_use_TLS_logs_in_by_it_and_protects_data_too()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        host.Policy.RequiresTls = static _ => true;
        host.Authenticator.Override = static (_, _) => new(FtpTestAuthenticator.Accept(new LoginRules { IsTlsRequired = true }));
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 530);
        await using SslStream ssl = await StartAsync(client);
        await client.LogInAsync();
        await client.CommandAsync("EPSV", 229);
        await client.CommandAsync("LIST", 521);
        await client.CommandAsync("PBSZ 0", 200);
        await client.CommandAsync("PROT C", 534);
    }

    [Fact]
    public async Task An_implicit_listener_is_TLS_from_the_first_byte_with_protected_data()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions { TlsMode = FtpTlsMode.Implicit }, tls);
        await using FtpTestClient client = host.Connect();
        await using SslStream ssl = await HandshakeAsync(client);
        await client.ExpectAsync(220);
        (await client.CommandAsync("FEAT", 211)).ShouldNotContain("AUTH");
        await client.LogInAsync();
        await client.CommandAsync("PROT P", 200);
        await client.CommandAsync("PROT C", 534);
    }

    [Fact]
    public async Task A_certificate_of_the_users_logs_in_without_a_password()
    {
        using TlsServer tls = _certificates.Server(TlsClientCertificates.Offered);
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        host.Authenticator.Override = (attempt, _) =>
        {
            bool isHeld = attempt.Method == LoginMethod.TlsCertificate && attempt.TlsCertificate.Span.SequenceEqual(_certificates.Client.RawData);
            return new(isHeld ? FtpTestAuthenticator.Accept() : LoginOutcome.Refused("no"));
        };
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await using SslStream ssl = await StartAsync(client, _certificates.Client);
        await client.CommandAsync("USER alice", 232);
        await client.CommandAsync("PWD", 257);
        host.Gate.Requests.Single().Method.ShouldBe(LoginMethod.TlsCertificate);
    }

    [Fact]
    public async Task A_certificate_may_be_the_first_of_two_steps_of_one_user_alone()
    {
        using TlsServer tls = _certificates.Server(TlsClientCertificates.Required);
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        host.Authenticator.Override = static (attempt, _) => new(attempt switch
        {
            { UserName: "alice", Method: LoginMethod.TlsCertificate } => LoginOutcome.Partial([LoginMethod.Password]),
            { Method: LoginMethod.Password, Completed: [LoginMethod.TlsCertificate], TlsCertificate.IsEmpty: false } => FtpTestAuthenticator.Accept(),
            _ => LoginOutcome.Refused("no"),
        });
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await using SslStream ssl = await StartAsync(client, _certificates.Client);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("USER bob", 331);
        await client.CommandAsync("PASS x", 530);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS x", 230);
    }

    [Fact]
    public async Task CCC_goes_back_to_the_clear_and_nobody_logs_in_behind_it()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions { TlsMode = FtpTlsMode.ControlAndData, AllowsClearCommandChannel = true }, tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("CCC", 530);
        await using SslStream ssl = await StartAsync(client);
        await client.CommandAsync("CCC", 530);
        await client.LogInAsync();
        await client.CommandAsync("PBSZ 0", 200);
        await client.CommandAsync("PROT P", 200);
        await client.CommandAsync("CCC", 200);
        await ssl.ShutdownAsync();
        (await client.ReadLineAsync()).ShouldBeNull();
        client.UseClear();
        await client.CommandAsync("PWD", 257);
        await client.CommandAsync("PROT C", 503);
        await client.CommandAsync("AUTH TLS", 503);
        await client.CommandAsync("REIN", 502);
        await client.CommandAsync("CCC", 503);
        await client.CommandAsync("QUIT", 221);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task Without_the_option_there_is_no_CCC()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await using SslStream ssl = await StartAsync(client);
        await client.LogInAsync();
        await client.CommandAsync("CCC", 502);
        await client.CommandAsync("REIN", 502);
    }

    [Fact]
    public async Task Replies_that_go_together_go_through_TLS_in_their_order()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions(), tls, isThreadShared: true);
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await using SslStream ssl = await StartAsync(client);
        await client.LogInAsync();
        for (int i = 0; i < 3; i++)
        {
            string passive = await client.CommandAsync("EPSV", 229);
            using var data = new TcpClient();
            await data.ConnectAsync(IPAddress.Loopback, int.Parse(passive.Split("|||")[1].Split('|')[0], CultureInfo.InvariantCulture));
            await client.CommandAsync(i == 0 ? "STOR a" : "RETR a", 150);
            if (i == 0)
            {
                await data.GetStream().WriteAsync("hello"u8.ToArray());
                data.Close();
            }
            else
            {
                using var reader = new StreamReader(data.GetStream());
                (await reader.ReadToEndAsync()).ShouldBe("hello");
            }

            await client.ExpectAsync(226);
        }
    }

    private static async Task<SslStream> StartAsync(FtpTestClient client, X509Certificate2? certificate = null)
    {
        await client.CommandAsync("AUTH TLS", 234);
        return await HandshakeAsync(client, certificate);
    }

    private static async Task<SslStream> HandshakeAsync(FtpTestClient client, X509Certificate2? certificate = null)
    {
        var ssl = new SslStream(new ConnectionStream(client.Client));
#pragma warning disable CA5359 // What the server shows is not what these tests look at.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            ClientCertificates = certificate is null ? null : [certificate],
        };
#pragma warning restore CA5359
        await ssl.AuthenticateAsClientAsync(options).WaitAsync(TimeSpan.FromSeconds(30));
        client.UseStream(ssl);
        return ssl;
    }
}
