using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hpc.Conformance.Tests.Ftp.Clients;
using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp;

/// <summary>curl and lftp through HAProxy, which says who the client is on control and on data connections (F56).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed partial class FtpProxyTests
{
    private const string Client = "127.0.0.2";

    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Required)]
    public async Task Control_and_data_connections_come_from_the_clients_own_address(TlsUse tls)
    {
        await using FtpServer server = await StartAsync();
        await using FtpHaproxy proxy = await FtpHaproxy.StartAsync(server, SharedFtpServer.ListenerFor(tls));
        using FtpSession session = await OpenAsync(server, tls, proxy.Port);
        var curl = new Curl(session, "--interface", Client, "--connect-to", $"::{FtpHaproxy.Address}:");

        // No empty file: its data connection, closed by the client with nothing sent, does not always come through HAProxy in order (426).
        await FtpScenario.MoveAsync(session, curl, least: 1);
        await FtpScenario.ListAsync(session, curl);
        await FtpScenario.MoveAsync(session, new Curl(session, "--interface", Client, "--connect-to", $"::{FtpHaproxy.Address}:", "--disable-epsv"), least: 1);
        await PolicyServer.UntilAsync(() => FromClient().IsMatch(server.Process.Log), "the client's own address is in the log");
        Transferred().Matches(server.Process.Log).ShouldNotBeEmpty();
        Transferred().Matches(server.Process.Log).ShouldAllBe(static match => match.Groups[1].Value == Client);
        server.Process.Log.ShouldNotContain("\"level\":\"error\"");

        // The user may come from there alone.
        ClientResult other = await session.Runner.RunAsync(
            "curl", ["-q", "-sS", "--user", $"{session.User.Name}:{session.User.Password}", "--interface", "127.0.0.3", "--ssl", "-k", $"ftp://{FtpHaproxy.Address}:{proxy.Port}/"]);
        other.ExitCode.ShouldBe(67, other.Everything);
    }

    [Fact]
    public async Task A_mirror_with_several_connections_comes_through()
    {
        await using FtpServer server = await StartAsync();
        await using FtpHaproxy proxy = await FtpHaproxy.StartAsync(server, SharedFtpServer.ListenerFor(TlsUse.Required));
        Require.Tool("lftp");
        using FtpSession session = await OpenAsync(server, TlsUse.Required, proxy.Port);
        for (int i = 0; i < 30; i++)
        {
            FileTree.WriteRandom(session[$"tree/file{i}"], 10_000 + i, i);
        }

        string script =
            $"""
            set net:max-retries 1
            set net:socket-bind-ipv4 {Client}
            set ssl:ca-file "{server.Certificates.AuthorityFile}"
            set ftp:ssl-force yes
            set cmd:fail-exit yes
            open -u {session.User.Name},{session.User.Password} -p {proxy.Port} ftp://{FtpHaproxy.Address}
            mirror -R -P 4 "{session["tree"]}" up
            mirror -P 4 up "{session["down"]}"

            """;
        await session.RunAsync("lftp", ["--norc", "-f", "/dev/stdin"], script);
        FileTree.Difference(FileTree.Describe(session["tree"]), FileTree.Describe(session.Remote("up"))).ShouldBeEmpty();
        FileTree.Difference(FileTree.Describe(session["tree"]), FileTree.Describe(session["down"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_a_header_is_required_neither_control_nor_data_connections_come_without()
    {
        await using FtpServer server = await StartAsync();
        await using FtpHaproxy proxy = await FtpHaproxy.StartAsync(server, 0);
        using FtpSession session = await OpenAsync(server, TlsUse.None, proxy.Port);

        // To the server itself, without HAProxy.
        ClientResult direct = await session.Runner.RunAsync(
            "curl", ["-q", "-sS", "--user", $"{session.User.Name}:{session.User.Password}", "--interface", Client, $"ftp://{ServerProcess.Host}:{server.Port(0)}/"]);
        direct.ExitCode.ShouldNotBe(0);

        // By way of HAProxy, with data connections past it: EPSV's port is the same on both sides.
        await File.WriteAllTextAsync(session.Remote("file"), "content");
        using var control = new TcpClient(new IPEndPoint(IPAddress.Parse(Client), 0));
        await control.ConnectAsync(FtpHaproxy.Address, proxy.Port, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(control.GetStream());
        await using var writer = new StreamWriter(control.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldStartWith("220");
        await SayAsync($"USER {session.User.Name}", "331");
        await SayAsync($"PASS {session.User.Password}", "230");
        string passive = await SayAsync("EPSV", "229");
        int port = int.Parse(passive.Split('|')[3], CultureInfo.InvariantCulture);
        using (var past = new TcpClient(new IPEndPoint(IPAddress.Parse(Client), 0)))
        {
            await past.ConnectAsync(ServerProcess.Host, port, TestContext.Current.CancellationToken);
            await writer.WriteLineAsync("RETR file");
            (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldStartWith("150");
            (await ReadAllAsync(past)).ShouldBeEmpty();
        }

        using var through = new TcpClient(new IPEndPoint(IPAddress.Parse(Client), 0));
        await through.ConnectAsync(FtpHaproxy.Address, port, TestContext.Current.CancellationToken);
        (await ReadAllAsync(through)).ShouldBe("content");
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldStartWith("226");

        async Task<string> SayAsync(string command, string code)
        {
            await writer.WriteLineAsync(command);
            string reply = (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();
            reply.ShouldStartWith(code);
            return reply;
        }
    }

    private static async Task<string> ReadAllAsync(TcpClient client)
    {
        try
        {
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task<FtpServer> StartAsync()
    {
        Require.Tool("haproxy", "curl");
        return FtpServer.StartAsync(
            ["log_commands=true", "tls_mode=control", "tls_mode=control_and_data require_tls_reuse=true log_commands=true"],
            FtpHaproxy.PassivePorts(), "ssh.listeners[0].apply_proxy_config=false", "proxy_protocol.mode=require", $"proxy_protocol.allowed={FtpHaproxy.Source}");
    }

    private static async Task<FtpSession> OpenAsync(FtpServer server, TlsUse tls, int port)
    {
        ServerUser user = await server.Process.AddUserAsync("behind");
        (await server.Process.RunAsync(["user", "set", user.Name, "--allow-from", Client + "/32"])).EnsureSuccess();
        return new FtpSession(server, user, tls, port);
    }

    [GeneratedRegex(@"from 127\.0\.0\.2:\d+ through the proxy 127\.0\.0\.5:\d+ over ftp")]
    private static partial Regex FromClient();

    [GeneratedRegex("\"sender\":\"(?:Upload|Download)\".*\"remote_addr\":\"([0-9.]+):")]
    private static partial Regex Transferred();
}
