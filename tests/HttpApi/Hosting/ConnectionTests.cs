using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.HttpApi.Hosting;

namespace Hpc.HttpApi.Tests;

public sealed class ConnectionTests
{
    private static readonly TimeSpan Ever = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task One_address_does_not_take_all_connections()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { Limits = options.Limits with { ConnectionsPerAddress = 2 } });
        using TcpClient first = await ConnectAsync(server);
        using TcpClient second = await ConnectAsync(server);
        (await AskAsync(first)).ShouldBeTrue();
        (await AskAsync(second)).ShouldBeTrue();
        (await IsServedAsync(server)).ShouldBeFalse();

        (await AskAsync(first)).ShouldBeTrue();
        second.Close();
        using var end = new CancellationTokenSource(Ever);
        for (bool isServed = false; !isServed;)
        {
            end.Token.ThrowIfCancellationRequested();
            isServed = await IsServedAsync(server);
        }
    }

    [Fact]
    public async Task Connections_of_a_trusted_proxy_are_not_counted()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Limits = options.Limits with { ConnectionsPerAddress = 1 },
            Listeners = [options.Listeners[0] with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] }],
        });
        using TcpClient first = await ConnectAsync(server);
        using TcpClient second = await ConnectAsync(server);
        (await AskAsync(first)).ShouldBeTrue();
        (await AskAsync(second)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", false)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", true)]
    public void An_address_of_ipv6_is_its_network(string one, string other, bool isOther)
    {
        var counts = new ConnectionCounts(1);
        counts.TryAdd(IPAddress.Parse(one)).ShouldBeTrue();
        counts.TryAdd(IPAddress.Parse(other)).ShouldBe(isOther);
        counts.Remove(IPAddress.Parse(one));
        counts.Addresses.ShouldBe(isOther ? 1 : 0);
        counts.TryAdd(IPAddress.Parse(one)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1_000, 0, 100)]
    [InlineData(100, 0, 32)]
    [InlineData(100, 5, 5)]
    public void An_address_has_a_tenth_of_the_connections_if_nothing_is_said(int connections, int configured, int expected)
    {
        var counts = new ConnectionCounts(new HttpApiLimits { Connections = connections, ConnectionsPerAddress = configured });
        Enumerable.Range(0, 200).Count(_ => counts.TryAdd(IPAddress.Loopback)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_connection_without_a_first_request_ends()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Limits = options.Limits with { HeadersTimeout = TimeSpan.FromSeconds(2), KeepAlive = TimeSpan.FromHours(1) },
        });
        using TcpClient silent = await ConnectAsync(server);
        using TcpClient asking = await ConnectAsync(server);
        (await AskAsync(asking)).ShouldBeTrue();
        (await IsEndedAsync(silent)).ShouldBeTrue();

        // By now its time would be over as well.
        (await AskAsync(asking)).ShouldBeTrue();
    }

    private static async Task<TcpClient> ConnectAsync(ApiServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        return client;
    }

    private static async Task<bool> IsServedAsync(ApiServer server)
    {
        try
        {
            using TcpClient client = await ConnectAsync(server);
            return await AskAsync(client);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So fast that connecting sees it.
            return false;
        }
    }

    /// <summary>Asks and keeps the connection; false if it was ended.</summary>
    private static async Task<bool> AskAsync(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            string answer = "";
            byte[] buffer = new byte[4096];
            using var end = new CancellationTokenSource(Ever);
            while (!answer.EndsWith("\r\n\r\nok", StringComparison.Ordinal))
            {
                int read = await stream.ReadAsync(buffer, end.Token);
                if (read == 0)
                {
                    return false;
                }

                answer += Encoding.Latin1.GetString(buffer, 0, read);
            }

            return answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> IsEndedAsync(TcpClient client)
    {
        using var end = new CancellationTokenSource(Ever);
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], end.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
