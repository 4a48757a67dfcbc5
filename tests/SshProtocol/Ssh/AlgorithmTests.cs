using Hpc.Crypto;
using Hpc.Crypto.Packets;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class AlgorithmTests
{
    private const int Length = 256 * 1024;

    public static TheoryData<string, string> CiphersAndMacs()
    {
        var rows = new TheoryData<string, string>();
        foreach (string cipher in AlgorithmCatalog.Names(AlgorithmKind.Cipher, CryptoProfile.Legacy))
        {
            AlgorithmCatalog.TryGetCipher(cipher, out CipherInfo? info).ShouldBeTrue();
            foreach (string mac in info.IsAead ? ["none"] : AlgorithmCatalog.Names(AlgorithmKind.Mac, CryptoProfile.Legacy))
            {
                rows.Add(cipher, mac);
            }
        }

        return rows;
    }

    public static TheoryData<string> KeyExchanges() => [.. AlgorithmCatalog.Names(AlgorithmKind.KeyExchange, CryptoProfile.Legacy)];

    public static TheoryData<string> HostKeys() => [.. AlgorithmCatalog.Names(AlgorithmKind.HostKey, CryptoProfile.Legacy)];

    [Theory]
    [MemberData(nameof(CiphersAndMacs))]
    public Task Every_cipher_and_mac_moves_a_file(string cipher, string mac) =>
        MoveFileAsync(algorithms => algorithms with { Cipher = [cipher], Mac = [mac] });

    [Theory]
    [MemberData(nameof(KeyExchanges))]
    public Task Every_key_exchange_logs_in(string keyExchange) =>
        MoveFileAsync(algorithms => algorithms with { KeyExchange = [keyExchange] }, 1000);

    [Theory]
    [MemberData(nameof(HostKeys))]
    public Task Every_host_key_algorithm_logs_in(string hostKey) =>
        MoveFileAsync(algorithms => algorithms with { HostKey = [hostKey] }, 1000);

    [Theory]
    [InlineData("aes128-gcm@openssh.com")]
    [InlineData("aes256-ctr")]
    public Task Compression_moves_a_file(string cipher) =>
        MoveFileAsync(algorithms => algorithms with { Cipher = [cipher], Compression = ["zlib@openssh.com"] });

    [Fact]
    public async Task The_default_profile_refuses_old_algorithms()
    {
        using var host = new SshTestHost();
        SshAlgorithms old = SshAlgorithms.Of(CryptoProfile.Legacy) with { Cipher = ["aes128-cbc"] };
        await Should.ThrowAsync<SshLoginException>(() => host.LogInAsync(host.ClientOptions(old)));
    }

    private static async Task MoveFileAsync(Func<SshAlgorithms, SshAlgorithms> choose, int length = Length)
    {
        using var host = new SshTestHost(CryptoProfile.Legacy);
        var content = new byte[length];
        new Random(2).NextBytes(content.AsSpan(0, length / 2));
        string path = host.WriteFile("file", content);
        await using (SshClient client = await host.LogInAsync(host.ClientOptions(choose(SshAlgorithms.Of(CryptoProfile.Legacy)))))
        {
            await using SftpClient sftp = await SftpClient.StartAsync(await client.OpenSubsystemAsync("sftp"), CancellationToken.None);
            using var target = new MemoryStream();
            await sftp.DownloadAsync(path, target, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
            target.ToArray().AsSpan().SequenceEqual(content).ShouldBeTrue();
            using var source = new MemoryStream(content);
            await sftp.UploadAsync(source, "/up", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
            host.ReadFile("up").AsSpan().SequenceEqual(content).ShouldBeTrue();
        }
    }
}
