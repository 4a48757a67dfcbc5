using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Proxying;

/// <summary>HAProxy on loopback in front of a server: one port for each way of telling who the client is.</summary>
internal sealed class HaproxyProcess : IAsyncDisposable
{
    /// <summary>Where it connects from; nobody else does.</summary>
    public const string Source = "127.0.0.5";

    private readonly TestDirectory _directory = new("haproxy");
    private Process? _process;

    /// <summary>Ports that clients connect to.</summary>
    public int Version1 { get; private set; }

    public int Version2 { get; private set; }

    /// <summary>Says nothing of the client.</summary>
    public int Headerless { get; private set; }

    public static async Task<HaproxyProcess> StartAsync(int serverPort)
    {
        var proxy = new HaproxyProcess();
        try
        {
            await proxy.RunAsync(serverPort);
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

    private async Task RunAsync(int serverPort)
    {
        // Another process may take a free port before HAProxy does: then it does not start, and others are tried.
        for (int tries = 1; ; tries++)
        {
            int[] ports = FreePorts(3);
            (Version1, Version2, Headerless) = (ports[0], ports[1], ports[2]);
            await File.WriteAllTextAsync(_directory["haproxy.cfg"], Configuration(serverPort));
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
                await socket.ConnectAsync(IPAddress.Loopback, Headerless, clock.Token);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(20, clock.Token);
            }
        }

        return false;
    }

    private string Configuration(int serverPort) =>
        $"""
        global
          maxconn 200
        defaults
          mode tcp
          timeout connect 20s
          timeout client 120s
          timeout server 120s
          source {Source}
        frontend version1
          bind 127.0.0.1:{Version1}
          default_backend version1
        backend version1
          server hpc 127.0.0.1:{serverPort} send-proxy
        frontend version2
          bind 127.0.0.1:{Version2}
          default_backend version2
        backend version2
          server hpc 127.0.0.1:{serverPort} send-proxy-v2 proxy-v2-options crc32c,unique-id check inter 500ms
        frontend headerless
          bind 127.0.0.1:{Headerless}
          default_backend headerless
        backend headerless
          server hpc 127.0.0.1:{serverPort}

        """;

    private static int[] FreePorts(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            return [.. sockets.Select(static socket =>
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                return ((IPEndPoint)socket.LocalEndPoint!).Port;
            })];
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }
}
