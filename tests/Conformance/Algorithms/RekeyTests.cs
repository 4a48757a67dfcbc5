using System.Text.RegularExpressions;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Algorithms;

/// <summary>New keys in the middle of transfers, asked for by either side.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed partial class RekeyTests(SharedServer shared)
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData("1M", 200, 200)]
    [InlineData("16K", 16, 300)]
    public async Task The_client_asks_for_new_keys_all_the_time(string limit, int size, int atLeast)
    {
        using ClientSession session = await shared.OpenAsync(Login.Key);
        await MoveAsync(session, size * MiB, atLeast, "-o", $"RekeyLimit={limit}");
    }

    [Fact]
    [Trait(Category.Name, Category.Nightly)]
    public async Task The_client_asks_for_new_keys_every_16_KiB_of_200_MiB()
    {
        Require.Nightly();
        using ClientSession session = await shared.OpenAsync(Login.Key);
        await MoveAsync(session, 200 * MiB, atLeast: 3000, "-o", "RekeyLimit=16K");
    }

    [Fact]
    public async Task The_server_asks_for_new_keys_during_32_MiB_both_ways()
    {
        await using ServerProcess server = ServerProcess.Create(new ServerOptions { RekeyBytes = 256 * 1024 });
        await server.StartAsync();
        using ClientSession session = await SharedServer.OpenAsync(server, Login.Key);
        await MoveAsync(session, 32 * MiB, atLeast: 50);
    }

    private static async Task MoveAsync(ClientSession session, long size, int atLeast, params string[] options)
    {
        string content = session["content"];
        string received = session["returned"];
        FileTree.WriteRandom(content, size, seed: 200);
        ClientResult result = await session.SftpAsync(
            $"put {content} file\nget file {received}\n", ["-o", "LogLevel=DEBUG1", "-o", "KexAlgorithms=curve25519-sha256", .. options]);
        string checksum = FileTree.Checksum(content);
        FileTree.Checksum(Path.Combine(session.User.Home, "file")).ShouldBe(checksum);
        FileTree.Checksum(received).ShouldBe(checksum);
        NewKeys().Count(result.Error).ShouldBeGreaterThan(atLeast);
    }

    [GeneratedRegex("SSH2_MSG_NEWKEYS sent")]
    private static partial Regex NewKeys();
}
