using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hpc.FtpProtocol.Tests.Control;
using Hpc.Transport.Connections;
using Hpc.Transport.Tls;

namespace Hpc.FtpProtocol.Tests.Data;

public sealed class ProtectedDataTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task What_goes_up_under_TLS_comes_down_under_TLS()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions { TlsMode = FtpTlsMode.ControlAndData }, tls);
        await using FtpTestClient client = host.Connect();
        await using SslStream control = await LogInAsync(client);
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        await using (SslStream data = await OpenAsync(client, "STOR file"))
        {
            await data.WriteAsync(content, Ct);
            await data.ShutdownAsync();
            (await data.ReadAsync(new byte[1], Ct)).ShouldBe(0, "the server's close_notify");
        }

        await client.ExpectAsync(226);
        await using (SslStream data = await OpenAsync(client, "RETR file"))
        {
            using var received = new MemoryStream();
            await data.CopyToAsync(received, Ct);
            received.ToArray().ShouldBe(content);
        }

        await client.ExpectAsync(226);
        await client.CommandAsync("QUIT", 221);
    }

    [Fact]
    public async Task Without_PROT_P_nothing_is_sent_where_it_is_demanded()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions { TlsMode = FtpTlsMode.ControlAndData }, tls);
        await using FtpTestClient client = host.Connect();
        await using SslStream control = await LogInAsync(client);
        await client.CommandAsync("PROT C", 534);
        int port = await PrepareAsync(client);
        using Socket plain = await DataRig.ConnectAsync(port);
        await client.CommandAsync("LIST", 150);
        await plain.SendAsync("no TLS at all, and more than a record's header"u8.ToArray(), SocketFlags.None, Ct);
        await client.ExpectAsync(425);
        byte[] got = new byte[1000];
        try
        {
            // An alert at most.
            (await plain.ReceiveAsync(got, SocketFlags.None, Ct)).ShouldBeLessThan(32);
        }
        catch (SocketException e)
        {
            e.SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        }
    }

    [Fact]
    public async Task A_session_of_its_own_is_refused_where_the_control_connections_must_be_resumed()
    {
        using TlsServer tls = _certificates.Server();
        using var host = new FtpTestHost(new FtpServerOptions { RequiresTlsReuse = true }, tls);
        await using FtpTestClient client = host.Connect();
        await using SslStream control = await LogInAsync(client);
        await using SslStream data = await OpenAsync(client, "LIST", mayFail: true);
        await client.ExpectAsync(522);
        try
        {
            (await data.ReadAsync(new byte[100], Ct)).ShouldBe(0);
        }
        catch (IOException)
        {
            // The reset.
            return;
        }
        finally
        {
            await client.CommandAsync("NOOP", 200);
        }
    }

    private static async Task<int> PrepareAsync(FtpTestClient client)
    {
        string reply = await client.CommandAsync("EPSV", 229);
        return int.Parse(reply.Split('|')[3], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = "localhost",
        AllowTlsResume = false,
#pragma warning disable CA5359 // What the server shows is not what these tests look at.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    private static async Task<SslStream> OpenAsync(FtpTestClient client, string command, bool mayFail = false)
    {
        Socket socket = await DataRig.ConnectAsync(await PrepareAsync(client));
        await client.CommandAsync(command, 150);
        var data = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await data.AuthenticateAsClientAsync(Options(), Ct);
        }
        catch (IOException) when (mayFail)
        {
            // Refused before the client was done.
            return data;
        }

        return data;
    }

    private static async Task<SslStream> LogInAsync(FtpTestClient client)
    {
        await client.ExpectAsync(220);
        await client.CommandAsync("AUTH TLS", 234);
        var control = new SslStream(new ConnectionStream(client.Client));
        await control.AuthenticateAsClientAsync(Options(), Ct);
        client.UseStream(control);
        await client.LogInAsync();
        await client.CommandAsync("PBSZ 0", 200);
        await client.CommandAsync("PROT P", 200);
        return control;
    }
}
