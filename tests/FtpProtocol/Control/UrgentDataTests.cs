using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.Transport.Listening;

namespace Hpc.FtpProtocol.Tests.Control;

/// <summary>Telnet's interrupt over a real socket: clients send the synch as urgent data (RFC 959 §4.1.3, RFC 854).</summary>
public sealed class UrgentDataTests
{
    [Theory]
    [InlineData("\xFF\xF4\xFF", "\xF2", "ABOR\r\n")]
    [InlineData("\xFF\xF4", "\xFF", "\xF2" + "ABOR\r\n")]
    [InlineData("", "\xFF\xF4\xFF\xF2", "ABOR\r\n")]
    public async Task ABOR_behind_urgent_data_is_heard(string before, string urgent, string behind)
    {
        using var host = new FtpTestHost();
        await using var manager = new ConnectionManager(host.Pool, new ConnectionGate(new ConnectionGateOptions(), host.Pool.Budget));
        IPEndPoint endPoint = manager.Listen(new IPEndPoint(IPAddress.Loopback, 0), host.Protocol);
        using var client = new TcpClient();
        await client.ConnectAsync(endPoint);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        await ExpectAsync(reader, "220 ");
        await client.Client.SendAsync(Encoding.ASCII.GetBytes($"USER {FtpTestHost.User}\r\nPASS {FtpTestHost.Password}\r\nEPSV\r\nSTOR file\r\n"));
        foreach (string code in new[] { "331 ", "230 ", "229 ", "150 " })
        {
            await ExpectAsync(reader, code);
        }

        await SendAsync(client, before, SocketFlags.None);
        await SendAsync(client, urgent, SocketFlags.OutOfBand);
        await SendAsync(client, behind, SocketFlags.None);
        await ExpectAsync(reader, "426 ");
        await ExpectAsync(reader, "226 ");
        await SendAsync(client, "QUIT\r\n", SocketFlags.None);
        await ExpectAsync(reader, "221 ");
        (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeNull();
    }

    private static async Task SendAsync(TcpClient client, string text, SocketFlags flags)
    {
        if (text.Length > 0)
        {
            await client.Client.SendAsync(Encoding.Latin1.GetBytes(text), flags);
        }
    }

    private static async Task ExpectAsync(StreamReader reader, string code)
    {
        string? line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        line.ShouldNotBeNull();
        line.ShouldStartWith(code);
    }
}
