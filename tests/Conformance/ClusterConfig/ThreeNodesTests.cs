using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.ClusterConfig;

/// <summary>OpenSSH's sftp against the example cluster, through HAProxy.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class ThreeNodesTests
{
    [Fact]
    public async Task The_example_serves_while_a_node_is_killed_and_while_nodes_restart_one_after_the_other()
    {
        Require.NotReference("sshd has no cluster.");
        await using ThreeNodes cluster = await ThreeNodes.StartAsync();
        SshKeyPair key = await SshKeyPair.CreateAsync(cluster.Client, Path.Combine(cluster.Client.Home, "key"), "ed25519");
        await cluster.RunAsync("hpc", "1", "user", "add", "ann", "--home", Path.Combine(cluster.Homes, "ann"), "--public-key", key.PublicFile);
        string sent = Path.Combine(cluster.Client.Home, "sent");
        byte[] content = new byte[1 << 20];
        new Random(7).NextBytes(content);
        await File.WriteAllBytesAsync(sent, content, TestContext.Current.CancellationToken);

        await SftpAsync(cluster, key, $"put {sent} first");
        NodesWith(await cluster.RunAsync("status"), "ready").ShouldBe(3);

        await cluster.RunAsync("kill", "2");
        NodesWith(await cluster.RunAsync("status"), "down").ShouldBe(1);
        await SftpAsync(cluster, key, $"put {sent} second");
        await cluster.RunAsync("start", "2");

        // 1 MiB at 2,000 kbit/s: four seconds and more, in which the first node drains.
        Task upload = SftpAsync(cluster, key, $"put {sent} third", "-l", "2000");
        await cluster.RunAsync("rolling-restart");
        await upload;
        NodesWith(await cluster.RunAsync("status"), "ready").ShouldBe(3);
        foreach (string name in (string[])["first", "second", "third"])
        {
            string received = Path.Combine(cluster.Client.Home, name);
            await SftpAsync(cluster, key, $"get {name} {received}");
            (await File.ReadAllBytesAsync(received, TestContext.Current.CancellationToken)).ShouldBe(content);
        }
    }

    private static async Task SftpAsync(ThreeNodes cluster, SshKeyPair key, string commands, params string[] flags) =>
        (await cluster.Client.RunAsync(
            "sftp",
            ["-q", "-b", "-", "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={Path.Combine(cluster.Client.Home, "known_hosts")}", "-i", key.PrivateFile, .. flags,
             "-P", $"{cluster.Port}", "ann@127.0.0.1"],
            commands + "\n")).EnsureSuccess();

    // A line is the name, the process and the state of a node.
    private static int NodesWith(string status, string state) =>
        status.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Count(line => line.Length > 2 && line[0].StartsWith("node", StringComparison.Ordinal) && line[2] == state);
}
