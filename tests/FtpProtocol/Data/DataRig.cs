using System.Net;
using System.Net.Sockets;
using System.Text;
using Hpc.FtpProtocol.Commands;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.FtpProtocol.Tests.Data;

/// <summary>A session whose data connections are real, and whose commands are run by hand.</summary>
internal sealed class DataRig : IDisposable
{
    private readonly MemoryConnection _client;
    private readonly MemoryConnection _server;

    public DataRig(FtpDataOptions? data = null, string client = "127.0.0.1", string server = "127.0.0.1", TimeProvider? time = null, DataPorts? ports = null)
    {
        var options = new FtpServerOptions { Data = data ?? new FtpDataOptions() };
        time ??= TimeProvider.System;
        Ports = ports ?? new DataPorts(options.Data, time);
        Pool = new BlockPool(new BufferBudget(1L << 28));
        (_client, _server) = MemoryConnection.CreatePair(
            Pool, client: new IPEndPoint(IPAddress.Parse(client), 50_000), server: new IPEndPoint(IPAddress.Parse(server), 21));
        var table = new FtpCommandTable(options, hasTls: false);

        // Nobody logs in here.
        Session = new FtpSession(_server, new FtpServices(options, table, null!, null!, null!, Pool, Ports, null, time, NullLogger.Instance));
    }

    public FtpSession Session { get; }

    public DataSetup Data => Session.Data;

    public DataPorts Ports { get; }

    public BlockPool Pool { get; }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static int PortOf(FtpReply reply)
    {
        string inside = reply.Text[(reply.Text.IndexOf('(', StringComparison.Ordinal) + 1)..reply.Text.IndexOf(')', StringComparison.Ordinal)];
        if (reply.Code == 229)
        {
            return int.Parse(inside.Trim('|'), System.Globalization.CultureInfo.InvariantCulture);
        }

        int[] numbers = [.. inside.Split(',').Select(static number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
        return (numbers[4] << 8) | numbers[5];
    }

    public static async Task<Socket> ConnectAsync(int port, string from = "127.0.0.1", string to = "127.0.0.1")
    {
        var local = IPAddress.Parse(from);
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(local, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(to), port));
        return socket;
    }

    public async Task<FtpReply> RunAsync(string line)
    {
        string[] parts = line.Split(' ', 2);
        Session.Services.Commands.TryFind(parts[0], out CommandEntry entry).ShouldBeTrue();
        return (await entry.Command.RunAsync(Session, new FtpArgument(Encoding.Latin1.GetBytes(parts.Length > 1 ? parts[1] : "")), Ct)).Reply;
    }

    public void Dispose()
    {
        Data.Dispose();
        _client.Dispose();
        _server.Dispose();
    }
}
