using System.Text;
using Hpc.Accounts.Sessions;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Tests.Control;

public sealed class SessionTests : IDisposable
{
    private readonly FtpTestHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_banner_of_several_lines_is_one_reply()
    {
        using var host = new FtpTestHost(new FtpServerOptions { Banner = "Welcome\n220 to this\nserver" });
        await using FtpTestClient client = host.Connect();
        (await client.ExpectAsync(220)).ShouldBe("220-Welcome\n 220 to this\n220 server");
    }

    [Fact]
    public async Task QUIT_is_answered_and_closes()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.CommandAsync("QUIT", 221);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
        _host.Gate.Grants.Single().ClosedWith.ShouldBe([SessionEndReason.ClosedByPeer]);
        _host.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task Commands_in_one_packet_are_answered_in_their_order()
    {
        await using FtpTestClient client = _host.Connect(maximumReceive: 1);
        await client.SendAsync($"NOOP\r\nUSER alice\r\nPASS {FtpTestHost.Password}\r\nPWD\r\nSYST\nQUIT\r\n");
        foreach (int code in new[] { 220, 200, 331, 230, 257, 215, 221 })
        {
            await client.ExpectAsync(code);
        }
    }

    [Fact]
    public async Task SYST_tells_the_format_that_clients_look_for()
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        (await client.CommandAsync("SYST", 215)).ShouldBe("215 UNIX Type: L8");
    }

    [Fact]
    public async Task FEAT_has_one_feature_in_a_line_behind_a_space()
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        string[] lines = (await client.CommandAsync("FEAT", 211)).Split('\n');
        lines[0].ShouldStartWith("211-");
        lines[^1].ShouldBe("211 End");
        lines[1..^1].ShouldAllBe(static line => line.StartsWith(' ') && line.Length > 1 && line[1] != ' ');
        lines.ShouldContain(" UTF8");
        lines.ShouldContain(" REST STREAM");
        lines.ShouldNotContain(" AUTH TLS");
    }

    [Theory]
    [InlineData("SITE CPFR /etc/passwd")]
    [InlineData("SITE COPY a b")]
    [InlineData("SITE CHMOD 777 /")]
    [InlineData("MLST /")]
    [InlineData("SIZE /x")]
    [InlineData("HASH /x")]
    [InlineData("XMD5 /x")]
    [InlineData("STAT /")]
    [InlineData("PASV")]
    [InlineData("EPSV")]
    [InlineData("PORT 127,0,0,1,4,1")]
    [InlineData("LIST")]
    [InlineData("RETR x")]
    [InlineData("STOR x")]
    [InlineData("CWD /")]
    [InlineData("AVBL")]
    [InlineData("ABOR")]
    public async Task Nothing_of_files_or_data_is_there_before_login(string command)
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync(command, 530);
    }

    [Theory]
    [InlineData("OPTS UTF8 ON", 200)]
    [InlineData("OPTS UTF8", 200)]
    [InlineData("OPTS utf8 on", 200)]
    [InlineData("OPTS UTF8 OFF", 504)]
    [InlineData("OPTS NOPE x", 501)]
    [InlineData("OPTS", 501)]
    [InlineData("CLNT FileZilla", 200)]
    [InlineData("CLNT", 501)]
    [InlineData("CSID Name=x; Version=1;", 200)]
    [InlineData("HOST ftp.example.com", 220)]
    [InlineData("HOST [::1]", 220)]
    [InlineData("HOST 192.0.2.1", 220)]
    [InlineData("HOST a b", 501)]
    [InlineData("HOST", 501)]
    [InlineData("LANG", 200)]
    [InlineData("LANG en-GB", 200)]
    [InlineData("LANG fr", 504)]
    [InlineData("HELP", 214)]
    [InlineData("HELP retr", 214)]
    [InlineData("HELP nope", 502)]
    [InlineData("STAT", 211)]
    [InlineData("NOOP", 200)]
    [InlineData("noop", 200)]
    [InlineData("SMNT /", 502)]
    [InlineData("NOPE", 500)]
    [InlineData("", 500)]
    [InlineData("   ", 500)]
    [InlineData("\xE4\xF6\xFC", 500)]
    [InlineData("AUTH TLS", 502)]
    [InlineData("PBSZ 0", 500)]
    public async Task Before_login_every_other_command_is_answered(string command, int code)
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync(command, code);
        await client.LogInAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\nUSER a\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\n")]
    [InlineData("put /x HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task A_browser_gets_no_answer_and_is_closed(string request)
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.SendAsync(request);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ProtocolError);
        (await client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task TLS_on_a_port_that_begins_in_the_clear_is_closed()
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.SendBytesAsync(new byte[] { 22, 3, 1, 2, 0, 1, 0, 1 });
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task A_line_of_a_megabyte_is_refused_and_the_session_goes_on()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.SendAsync("CWD " + new string('x', 1 << 20) + "\r\nNOOP\r\n");
        await client.ExpectAsync(500);
        await client.ExpectAsync(200);
        _host.Pool.Budget.Rented.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public async Task Errors_before_login_have_an_end()
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        string last = "";
        for (int i = 0; i < 1_000 && !last.StartsWith("421", StringComparison.Ordinal); i++)
        {
            await client.SendAsync("NOPE\r\n");
            last = await client.ReadReplyAsync();
        }

        last.ShouldStartWith("421");
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ResourceLimit);
    }

    [Fact]
    public async Task The_peers_end_ends_the_session()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        client.Client.CloseOutput();
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
        _host.Gate.Grants.Single().ClosedWith.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_connection_ends_the_session()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        client.Client.Abort(ConnectionEndReason.ConnectionLost);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ConnectionLost);
        _host.Gate.Grants.Single().ClosedWith.ShouldBe([SessionEndReason.ConnectionLost]);
    }

    [Fact]
    public async Task A_peer_that_reads_nothing_does_not_keep_the_session()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        Task flood = Task.Run(async () =>
        {
            byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("HELP\r\n", 1_000)));
            try
            {
                while (true)
                {
                    await client.SendBytesAsync(lines);
                }
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
            {
                return;
            }
        });
        _host.Gate.Grants.Single().End(SessionEndReason.Kicked);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.Kicked);
        await flood;
    }

    [Fact]
    public async Task While_the_server_drains_no_transfer_begins()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        client.Server.Drain();
        await client.CommandAsync("PWD", 257);
        await client.CommandAsync("STOR x", 421);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ServerShutdown);
    }

    [Fact]
    public async Task Who_comes_while_the_server_drains_is_told_so()
    {
        await using FtpTestClient first = _host.Connect();
        await first.ExpectAsync(220);
        first.Server.Stop(ConnectionEndReason.ServerShutdown);
        await first.ExpectAsync(421);
        (await first.EndAsync()).ShouldBe(ConnectionEndReason.ServerShutdown);
    }

    [Fact]
    public async Task A_transfer_without_a_prepared_connection_is_425()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.CommandAsync("LIST", 425);
        await client.CommandAsync("RETR x", 425);
    }

    [Fact]
    public async Task Where_TLS_is_asked_for_nothing_else_is_done_in_the_clear()
    {
        using var host = new FtpTestHost(new FtpServerOptions { TlsMode = FtpTlsMode.Control });
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("FEAT", 211);
        await client.CommandAsync("OPTS UTF8 ON", 200);
        (await client.CommandAsync("USER alice", 530)).ShouldContain("must use encryption");
        await client.CommandAsync("PASS x", 530);
        await client.CommandAsync("LIST", 530);
        await client.CommandAsync("QUIT", 221);
        host.Authenticator.Attempts.ShouldBeEmpty();
    }
}
