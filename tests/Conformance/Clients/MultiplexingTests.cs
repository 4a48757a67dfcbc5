using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Clients;

/// <summary>OpenSSH's ControlMaster: several sessions share one connection.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class MultiplexingTests(SharedServer shared)
{
    private const int Sessions = 4;
    private const int Size = 32 << 20;

    [Fact]
    public async Task Four_sftp_sessions_share_one_connection()
    {
        using ClientSession session = await shared.OpenAsync(Login.Key);
        string content = session["content"];
        FileTree.WriteRandom(content, Size, seed: 4);
        string checksum = FileTree.Checksum(content);
        string control = session["c"];
        string[] share = ["-F", session.SshConfiguration, "-o", $"ControlPath={control}"];
        ClientResult master = await session.Runner.RunAsync(
            "sftp", [.. share, "-o", "ControlMaster=auto", "-o", "ControlPersist=120", "-b", "-", "server"], "pwd\n");
        master.EnsureSuccess();

        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(async number =>
        {
            string received = session[$"received{number}"];
            ClientResult result = await session.Runner.RunAsync(
                "sftp",
                [.. share, "-o", "ProxyCommand=false", "-b", "-", "server"],
                $"put {content} file{number}\nget file{number} {received}\n");
            result.EnsureSuccess();
            FileTree.Checksum(received).ShouldBe(checksum);
        }));

        ClientResult exit = await session.Runner.RunAsync("ssh", [.. share, "-O", "exit", "server"]);
        exit.EnsureSuccess();
    }
}
