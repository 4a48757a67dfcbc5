using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>HAProxy on an address of its own in front of a listener and its passive ports, which are the same on both sides.</summary>
internal sealed class FtpHaproxy : IAsyncDisposable
{
    /// <summary>Where clients connect.</summary>
    public const string Address = "127.0.0.6";

    /// <summary>Where it connects from.</summary>
    public const string Source = "127.0.0.5";

    private const string PortsSetting = "ftp.passive_ports=";
    private const int PortCount = 50;

    // Below the ports that the kernel gives; two servers at once have ranges of their own.
    private static int s_ranges = Random.Shared.Next(200);

    private readonly TestDirectory _directory = new("haproxy");
    private Process? _process;

    public int Port { get; private set; }

    /// <summary>The setting of a range that nobody else uses.</summary>
    public static string PassivePorts()
    {
        int first = 20_000 + (Interlocked.Increment(ref s_ranges) % 200 * PortCount);
        return string.Create(CultureInfo.InvariantCulture, $"{PortsSetting}{first}-{first + PortCount - 1}");
    }

    public static async Task<FtpHaproxy> StartAsync(FtpServer server, int listener)
    {
        var proxy = new FtpHaproxy();
        try
        {
            await proxy.RunAsync(server.Port(listener), server.PassivePorts);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        _directory.Dispose();
    }

    private async Task RunAsync(int serverPort, string range)
    {
        // Another process may take the free port before HAProxy does: then it does not start, and another is tried.
        for (int tries = 1; ; tries++)
        {
            Port = FreePort();
            await File.WriteAllTextAsync(_directory["haproxy.cfg"], Configuration(serverPort, range));
            _process = new ClientRunner(_directory.Path).Start("haproxy", ["-db", "-f", _directory["haproxy.cfg"]]);
            Task<string> said = _process.StandardError.ReadToEndAsync();
            _ = _process.StandardOutput.ReadToEndAsync();
            if (await HasOpenedAsync(_process))
            {
                return;
            }

            if (tries == 5)
            {
                throw new ClientFailedException("haproxy does not start: " + await said);
            }

            _process.Dispose();
            _process = null;
        }
    }

    private async Task<bool> HasOpenedAsync(Process process)
    {
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!process.HasExited)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Parse(Address), Port, clock.Token);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(20, clock.Token);
            }
        }

        return false;
    }

    // A server without a port is connected to at the port that the client came to.
    private string Configuration(int serverPort, string range) =>
        $"""
        global
          maxconn 200
        defaults
          mode tcp
          timeout connect 20s
          timeout client 120s
          timeout server 120s
          source {Source}
        frontend control
          bind {Address}:{Port}
          default_backend control
        backend control
          server hpc 127.0.0.1:{serverPort} send-proxy-v2
        frontend data
          bind {Address}:{range}
          default_backend data
        backend data
          server hpc 127.0.0.1 send-proxy-v2

        """;

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Address), 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
