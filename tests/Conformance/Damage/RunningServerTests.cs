using System.Globalization;
using System.Net.Sockets;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Damage;

/// <summary>
/// Damaged traffic with fixed seeds against a running server. HPC_FUZZ_SECONDS sets how long each kind goes on; 200 makes ten minutes of all three.
/// </summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class RunningServerTests
{
    private const int DefaultSeconds = 5;
    private const long ResidentLimit = 512L << 20;

    private static int Seconds =>
        int.TryParse(Environment.GetEnvironmentVariable("HPC_FUZZ_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? seconds
            : DefaultSeconds;

    [Theory]
    [InlineData("fuzz_handshake.py", 1)]
    [InlineData("fuzz_messages.py", 2)]
    [InlineData("fuzz_sftp.py", 3)]
    public async Task Damaged_traffic_ends_its_own_connection_alone(string script, int seed)
    {
        Require.NotReference("it is hpc that has to stand this.");
        await using var server = new HpcServerProcess(new ServerOptions());
        await server.StartAsync();
        using ClientSession session = await SharedServer.OpenAsync(server, Login.Key);
        await Python.RequireAsync(session.Runner, "paramiko");

        using (Socket bystander = await BystanderAsync(server))
        {
            ClientResult fuzz = await Python.RunAsync(session, TimeSpan.FromSeconds(Seconds + 120), script, $"{seed}", $"{Seconds}");
            fuzz.Error.ShouldNotContain("Traceback");
            fuzz.Output.ShouldContain("attempts");
            bystander.Poll(0, SelectMode.SelectRead).ShouldBeFalse();
        }

        server.IsRunning.ShouldBeTrue(server.Log);
        server.Log.Split('\n').Where(line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal)).ShouldBeEmpty();
        server.Measure().ResidentBytes.ShouldBeLessThan(ResidentLimit);
        string content = session["content"];
        await File.WriteAllTextAsync(content, "after the storm");
        await session.SftpAsync($"put {content} after\nget after {session["again"]}\n");
        FileTree.Checksum(session["again"]).ShouldBe(FileTree.Checksum(content));
    }

    // A connection that says nothing meanwhile must not be touched by what others send.
    private static async Task<Socket> BystanderAsync(HpcServerProcess server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(ServerProcess.Host, server.Port);
        byte[] greeting = new byte[8];
        (await socket.ReceiveAsync(greeting)).ShouldBeGreaterThan(0);
        while (socket.Available > 0)
        {
            await socket.ReceiveAsync(greeting);
        }

        return socket;
    }
}
