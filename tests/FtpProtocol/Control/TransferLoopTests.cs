using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Tests.Hashes;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Tests.Control;

/// <summary>The loop while a transfer is under way: an upload whose client has not ended yet.</summary>
public sealed partial class TransferLoopTests : IDisposable
{
    private readonly FtpTestHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_transfer_is_answered_once_before_and_once_behind()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using (Socket data = await PrepareAsync(client))
        {
            await client.CommandAsync("STOR file", 150);
            await data.SendAsync("hello"u8.ToArray());
        }

        await client.ExpectAsync(226);
        (await client.CommandAsync("SIZE file", 213)).ShouldBe("213 5");
        using (Socket data = await PrepareAsync(client))
        {
            await client.CommandAsync("RETR file", 150);
            (await ReadAllAsync(data)).ShouldBe("hello");
        }

        await client.ExpectAsync(226);
        await client.CommandAsync("QUIT", 221);
        await client.EndAsync();
        _host.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task NOOP_and_STAT_are_answered_during_a_transfer()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        await client.CommandAsync("NOOP", 200);
        (await client.CommandAsync("STAT", 211)).ShouldContain("STOR is under way");
        data.Dispose();
        await client.ExpectAsync(226);
    }

    [Fact]
    public async Task Other_commands_wait_for_the_end_of_the_transfer_in_their_order()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        await client.SendAsync("NOOP\r\nSIZE file\r\nNOPE\r\n" + new string('x', 10_000) + "\r\nNOOP\r\n");
        await client.ExpectAsync(200);
        data.Dispose();
        await client.ExpectAsync(226);
        (await client.ExpectAsync(213)).ShouldBe("213 5");
        await client.ExpectAsync(500);
        await client.ExpectAsync(500);
        await client.ExpectAsync(200);
    }

    [Theory]
    [InlineData("ABOR\r\n")]
    [InlineData("\xFF\xF4\xFF\xF2" + "ABOR\r\n")]
    [InlineData("\xF2" + "ABOR\r\n")]
    public async Task ABOR_ends_the_transfer_and_is_answered_behind_it(string abort)
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        await client.SendAsync(abort);
        await client.ExpectAsync(426);
        await client.ExpectAsync(226);
        await client.CommandAsync("PWD", 257);
        _host.Gate.Grants.Single().Meter.Transfers.ShouldBeEmpty();
    }

    [Fact]
    public async Task ABOR_ends_the_wait_for_a_data_connection()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.CommandAsync("EPSV", 229);
        await client.CommandAsync("STOR file", 150);
        await client.CommandAsync("ABOR", 426);
        await client.ExpectAsync(226);
        await client.CommandAsync("ABOR", 225);
    }

    [Fact]
    public async Task ABOR_without_a_transfer_gives_up_what_is_prepared()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.CommandAsync("EPSV", 229);
        await client.CommandAsync("ABOR", 225);
        await client.CommandAsync("LIST", 425);
    }

    [Fact]
    public async Task QUIT_waits_for_the_end_of_the_transfer()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        await client.SendAsync("NOOP\r\nQUIT\r\nNOOP\r\n");
        await client.ExpectAsync(200);
        data.Dispose();
        await client.ExpectAsync(226);
        await client.ExpectAsync(221);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task A_client_that_ends_its_control_connection_behind_its_file_has_sent_it_all_the_same()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        await client.CommandAsync("NOOP", 200);
        client.Client.CloseOutput();
        data.Dispose();
        await client.ExpectAsync(226);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await using FtpTestClient other = await _host.LogInAsync();
        (await other.CommandAsync("SIZE file", 213)).ShouldBe("213 5");
    }

    [Fact]
    public async Task Such_a_client_may_be_faster_than_its_data_connection_is_accepted()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        string passive = await client.CommandAsync("EPSV", 229);
        await client.CommandAsync("STOR file", 150);
        await client.SendAsync("NOOP\r\n");
        client.Client.CloseOutput();
        await client.ExpectAsync(200);
        using (Socket data = await ConnectAsync(passive))
        {
            await data.SendAsync("hello"u8.ToArray());
        }

        await client.ExpectAsync(226);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await using FtpTestClient other = await _host.LogInAsync();
        (await other.CommandAsync("SIZE file", 213)).ShouldBe("213 5");
    }

    [Fact]
    public async Task A_control_connection_that_is_cut_takes_its_transfer_along()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        client.Client.Abort(ConnectionEndReason.ConnectionLost);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ConnectionLost);
        _host.Gate.Grants[0].Meter.Transfers.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_end_of_the_session_is_the_end_of_its_transfer()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        _host.Gate.Grants.Single().End(SessionEndReason.Kicked);
        await client.ExpectAsync(421);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.Kicked);
        Should.Throw<SocketException>(() =>
        {
            while (data.Receive(new byte[1]) > 0)
            {
            }

            throw new SocketException();
        });
    }

    [Fact]
    public async Task A_transfer_that_was_complete_is_told_so_though_its_session_has_ended()
    {
        var files = new StandingFiles();
        using var host = new FtpTestHost(files: files);
        await using FtpTestClient client = await host.LogInAsync();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        files.ClosesAfter = closed.Task;
        (await BeginUploadAsync(client)).Dispose();
        while (files.Closing == 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        host.Gate.Grants.Single().End(SessionEndReason.Kicked);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        closed.SetResult();
        await client.ExpectAsync(226);
        await client.ExpectAsync(421);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.Kicked);
    }

    [Fact]
    public async Task A_data_connection_that_stands_still_is_ended()
    {
        using var host = new FtpTestHost(new FtpServerOptions { Data = new FtpDataOptions { StallTimeout = TimeSpan.FromMinutes(1) } });
        await using FtpTestClient client = await host.LogInAsync();
        using Socket data = await BeginUploadAsync(client);
        await client.CommandAsync("NOOP", 200);
        SessionMeter meter = host.Gate.Grants.Single().Meter;
        client.Server.Beat(1_000);
        meter.BeginWait();
        client.Server.Beat(70_000);
        meter.EndWait(70_000);
        client.Server.Beat(129_000);
        await client.CommandAsync("NOOP", 200);
        client.Server.Beat(131_000);
        await client.ExpectAsync(426);
        await client.CommandAsync("PWD", 257);
    }

    [Fact]
    public async Task A_download_that_nobody_reads_is_aborted()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        using (Socket data = await PrepareAsync(client))
        {
            await client.CommandAsync("STOR file", 150);
            await data.SendAsync(new byte[32 << 20]);
        }

        await client.ExpectAsync(226);
        using Socket slow = await PrepareAsync(client);
        await client.CommandAsync("RETR file", 150);
        await client.CommandAsync("NOOP", 200);
        await client.CommandAsync("ABOR", 426);
        await client.ExpectAsync(226);
        await client.CommandAsync("QUIT", 221);
    }

    private static async Task<Socket> BeginUploadAsync(FtpTestClient client)
    {
        Socket data = await PrepareAsync(client);
        await client.CommandAsync("STOR file", 150);
        await data.SendAsync("hello"u8.ToArray());

        // The connection is taken when its bytes are counted.
        string stat = "";
        while (!stat.Contains("under way: 5 bytes", StringComparison.Ordinal))
        {
            stat = await client.CommandAsync("STAT", 211);
            await Task.Yield();
        }

        return data;
    }

    private static async Task<Socket> PrepareAsync(FtpTestClient client) => await ConnectAsync(await client.CommandAsync("EPSV", 229));

    private static async Task<Socket> ConnectAsync(string reply)
    {
        int port = int.Parse(Port().Match(reply).Groups[1].Value, CultureInfo.InvariantCulture);
        var data = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await data.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return data;
    }

    private static async Task<string> ReadAllAsync(Socket data)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await data.ReceiveAsync(buffer)) > 0)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\(\|\|\|(\d+)\|\)")]
    private static partial Regex Port();
}
