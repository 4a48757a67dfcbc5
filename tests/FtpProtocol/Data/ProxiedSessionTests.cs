using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.FtpProtocol.Tests.Control;
using Hpc.Transport.Listening;
using Hpc.Transport.Proxying;

namespace Hpc.FtpProtocol.Tests.Data;

/// <summary>Sessions through a load balancer that sends PROXY protocol headers on control and data connections.</summary>
public sealed class ProxiedSessionTests : IAsyncDisposable
{
    private const string Client = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 21\r\n";
    private const string SameClientsData = "PROXY TCP4 192.0.2.7 198.51.100.1 40001 50000\r\n";
    private const string OthersData = "PROXY TCP4 192.0.2.8 198.51.100.1 40001 50000\r\n";

    private readonly FtpTestHost _host = new();
    private readonly ConnectionManager _manager;
    private readonly IPEndPoint _endPoint;

    public ProxiedSessionTests()
    {
        _manager = new ConnectionManager(_host.Pool, new ConnectionGate(new ConnectionGateOptions(), _host.Pool.Budget));
        var proxies = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Require, Trusted = [IPNetwork.Parse("127.0.0.1/32")] };
        _endPoint = _manager.Listen(new IPEndPoint(IPAddress.Loopback, 0), _host.Protocol, proxies);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _manager.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task PASV_tells_the_balancers_address_and_data_connections_are_whose_their_header_says()
    {
        using Socket socket = await ConnectAsync(_endPoint.Port, Client);
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.ASCII);
        (await reader.ReadLineAsync(Ct))!.ShouldStartWith("220");
        await CommandAsync($"USER {FtpTestHost.User}", "331");
        await CommandAsync($"PASS {FtpTestHost.Password}", "230");
        await TransferAsync("STOR file", SameClientsData + "content", "226");
        await TransferAsync("RETR file", SameClientsData, "226", "content");
        await TransferAsync("LIST", SameClientsData, "226", "file");
        await CommandAsync("QUIT", "221");

        async Task<string> CommandAsync(string line, string code)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"), SocketFlags.None, Ct);
            return await ExpectAsync(code);
        }

        async Task<string> ExpectAsync(string code)
        {
            string reply = (await reader.ReadLineAsync(Ct))!;
            reply.ShouldStartWith(code + " ");
            return reply;
        }

        async Task TransferAsync(string command, string sent, string code, string? received = null)
        {
            string reply = await CommandAsync("PASV", "227");
            reply.ShouldContain("(198,51,100,1,");
            int[] numbers = [.. reply.Split('(', ')')[1].Split(',').Select(static number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
            int port = (numbers[4] << 8) | numbers[5];

            // Others come first: another client of the balancer, somebody without a header, somebody who is no balancer.
            using Socket other = await ConnectAsync(port, OthersData);
            using Socket silent = await ConnectAsync(port, "GET / HTTP/1.1\r\n\r\n");
            using Socket direct = await DataRig.ConnectAsync(port, from: "127.0.0.2");
            using Socket own = await ConnectAsync(port, sent);
            await CommandAsync(command, "150");
            if (received is null)
            {
                own.Shutdown(SocketShutdown.Send);
            }
            else
            {
                using var content = new StreamReader(new NetworkStream(own), Encoding.ASCII);
                (await content.ReadToEndAsync(Ct)).ShouldContain(received);
            }

            await ExpectAsync(code);
            foreach (Socket stranger in (Socket[])[other, silent, direct])
            {
                (await Should.ThrowAsync<SocketException>(async () => await stranger.ReceiveAsync(new byte[1], SocketFlags.None, Ct)))
                    .SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(int port, string sent)
    {
        Socket socket = await DataRig.ConnectAsync(port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(sent), SocketFlags.None, Ct);
        return socket;
    }
}
