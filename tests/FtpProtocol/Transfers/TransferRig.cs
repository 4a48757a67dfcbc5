using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Tests.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Tests.Transfers;

/// <summary>A session that is logged in, whose data connections are real.</summary>
internal sealed class TransferRig : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TransferRig(FtpTestHost host, FtpTestClient client) => (Host, Client) = (host, client);

    public FtpTestHost Host { get; }

    public FtpTestClient Client { get; }

    public static async Task<TransferRig> StartAsync(IFileSystem? files = null, FtpServerOptions? options = null, bool isThreadShared = false)
    {
        var host = new FtpTestHost(options, files: files, isThreadShared: isThreadShared);
        return new TransferRig(host, await host.LogInAsync());
    }

    public Task<string> SayAsync(string line, int code) => Client.CommandAsync(line, code);

    /// <summary>Sends a command that uploads, and the bytes; returns the reply 150.</summary>
    public async Task<string> PutAsync(string command, byte[] content, int code = 226)
    {
        using Socket data = await ConnectAsync();
        string opening = await SayAsync(command, 150);
        for (int sent = 0; sent < content.Length && code == 226;)
        {
            sent += await data.SendAsync(content.AsMemory(sent)).AsTask().WaitAsync(Patience);
        }

        if (code != 226)
        {
            // It may be refused before all of it is sent.
            await data.SendAsync(content).WaitAsync(Patience).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        data.Dispose();
        await Client.ExpectAsync(code);
        return opening;
    }

    /// <summary>Sends a command that downloads, and returns the bytes.</summary>
    public async Task<byte[]> GetAsync(string command, int code = 226)
    {
        using Socket data = await ConnectAsync();
        await SayAsync(command, 150);
        byte[] all = [];
        try
        {
            all = await ReadAllAsync(data);
            code.ShouldBe(226);
        }
        catch (IOException) when (code != 226)
        {
        }

        await Client.ExpectAsync(code);
        return all;
    }

    /// <summary>What comes until the end.</summary>
    public static async Task<byte[]> ReadAllAsync(Socket data)
    {
        using var all = new MemoryStream();
        using var stream = new NetworkStream(data);
        await stream.CopyToAsync(all).WaitAsync(Patience);
        return all.ToArray();
    }

    public async Task<Socket> ConnectAsync() => await ConnectAsync(await PrepareAsync());

    /// <summary>EPSV; the port.</summary>
    public async Task<int> PrepareAsync()
    {
        string passive = await SayAsync("EPSV", 229);
        return int.Parse(passive.Split("|||")[1].Split('|')[0], CultureInfo.InvariantCulture);
    }

    public static async Task<Socket> ConnectAsync(int port)
    {
        var data = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await data.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience);
        return data;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Host.Gate.Grants[0].Meter.Transfers.Count.ShouldBe(0);
        Host.Gate.Grants[0].Meter.OpenHandles.ShouldBe(0);
        Host.Pool.Budget.Rented.ShouldBe(0);
        Host.Dispose();
    }
}
