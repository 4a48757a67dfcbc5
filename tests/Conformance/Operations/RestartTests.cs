using System.Diagnostics;
using System.Net.Sockets;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Operations;

/// <summary>What clients see when the server ends, by force or by request.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class RestartTests
{
    private const int Size = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task After_kill_and_restart_users_keys_host_keys_and_files_are_there()
    {
        await using ServerProcess server = ServerProcess.Create(new ServerOptions());
        await server.StartAsync();
        using ClientSession byKey = await SharedServer.OpenAsync(server, Login.Key);
        using ClientSession byPassword = await ClientSession.CreateAsync(server, byKey.User, Login.Password);
        string content = byKey["content"];
        FileTree.WriteRandom(content, Size, seed: 9);
        await byKey.SftpAsync($"put {content} file\n");

        await server.KillAsync();
        await server.StartAsync();

        await byKey.SftpAsync($"get file {byKey["again"]}\n");
        await byPassword.SftpAsync($"get file {byPassword["again"]}\n");
        FileTree.Checksum(byKey["again"]).ShouldBe(FileTree.Checksum(content));
        FileTree.Checksum(byPassword["again"]).ShouldBe(FileTree.Checksum(content));
    }

    [Fact]
    public async Task Sigterm_lets_a_download_finish_and_refuses_new_connections()
    {
        await using ServerProcess server = ServerProcess.Create(new ServerOptions { GraceTime = Patience });
        await server.StartAsync();
        using ClientSession session = await SharedServer.OpenAsync(server, Login.Key);
        FileTree.WriteRandom(Path.Combine(session.User.Home, "file"), Size, seed: 10);

        // 16 Mbit/s: four seconds for the file.
        string received = session["file"];
        Task<ClientResult> download = session.OpenSshAsync("sftp", $"get file {received}\n", "-l", "16000", "-b", "-", "server");
        await UntilAsync(() => File.Exists(received) && new FileInfo(received).Length > 0);

        server.SignalTerminate();
        await UntilAsync(() => !Accepts(server.Port));
        download.IsCompleted.ShouldBeFalse();

        ClientResult result = await download;
        if (result.ExitCode != 0)
        {
            throw session.Failed(result);
        }

        FileTree.Checksum(received).ShouldBe(FileTree.Checksum(Path.Combine(session.User.Home, "file")));
        if (!ServerProcess.IsReference)
        {
            (await server.WaitForExitAsync(Patience)).ShouldBe(0);
        }
    }

    private static bool Accepts(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(ServerProcess.Host, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(20);
        }
    }
}
