using System.Collections.Concurrent;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Algorithms;

/// <summary>Everything that OpenSSH's client and the server both know moves 16 MiB both ways.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class AlgorithmMatrixTests(LegacyServer legacy) : IClassFixture<LegacyServer>
{
    private const int Size = 16 << 20;

    private static readonly string[] PromisedCiphers =
    [
        "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com",
        "aes128-ctr", "aes192-ctr", "aes256-ctr",
    ];

    private static readonly string[] PromisedMacs =
    [
        "hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
    ];

    private static readonly string[] PromisedKeyExchanges =
    [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256",
    ];

    private static readonly string[] PromisedHostKeys = ["ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512", "ecdsa-sha2-nistp256"];

    private readonly ConcurrentQueue<string> _failures = new();

    [Fact]
    public async Task Every_cipher_with_every_mac_moves_16_MiB_both_ways()
    {
        IReadOnlyList<string> ciphers = await legacy.CommonAsync("cipher", legacy.Proposal.Ciphers);
        IReadOnlyList<string> macs = await legacy.CommonAsync("mac", legacy.Proposal.Macs);
        PromisedCiphers.Except(ciphers).ShouldBeEmpty();
        PromisedMacs.Except(macs).ShouldBeEmpty();

        // A cipher that authenticates its packets itself takes no MAC.
        IEnumerable<string[]> combinations = ciphers.SelectMany(cipher => IsAuthenticated(cipher)
            ? [[$"Ciphers={cipher}"]]
            : macs.Select(mac => new[] { $"Ciphers={cipher}", $"MACs={mac}" }));
        await AllAsync(combinations);
    }

    [Fact]
    public async Task Every_key_exchange_moves_16_MiB_both_ways()
    {
        IReadOnlyList<string> exchanges = await legacy.CommonAsync("kex", legacy.Proposal.KeyExchanges);
        PromisedKeyExchanges.Except(exchanges).ShouldBeEmpty();
        await AllAsync(exchanges.Select(exchange => new[] { $"KexAlgorithms={exchange}" }));
    }

    [Fact]
    public async Task Every_host_key_algorithm_moves_16_MiB_both_ways()
    {
        IReadOnlyList<string> hostKeys = await legacy.CommonAsync("HostKeyAlgorithms", legacy.Proposal.HostKeys);
        PromisedHostKeys.Except(hostKeys).ShouldBeEmpty();

        // known_hosts holds one key of each family at most; the signature is checked all the same.
        await AllAsync(hostKeys.Select(hostKey => new[]
        {
            $"HostKeyAlgorithms={hostKey}", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null",
        }));
    }

    [Fact]
    public async Task Every_compression_moves_16_MiB_both_ways()
    {
        legacy.Proposal.Compressions.ShouldContain("zlib@openssh.com");
        await AllAsync([["Compression=yes"], ["Compression=no"]]);
    }

    private static bool IsAuthenticated(string cipher) =>
        cipher.Contains("gcm", StringComparison.Ordinal) || cipher.Contains("poly1305", StringComparison.Ordinal);

    private async Task AllAsync(IEnumerable<string[]> combinations)
    {
        string content = legacy.Session[Guid.NewGuid().ToString("N")];
        FileTree.WriteRandom(content, Size, seed: 16);
        string checksum = FileTree.Checksum(content);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 2 };
        await Parallel.ForEachAsync(combinations, parallel, async (options, _) =>
        {
            if (await FailureAsync(options, content, checksum) is { } failure)
            {
                _failures.Enqueue($"{string.Join(' ', options)}: {failure}");
            }
        });
        File.Delete(content);
        _failures.ShouldBeEmpty();
    }

    private async Task<string?> FailureAsync(string[] options, string content, string checksum)
    {
        ClientSession session = legacy.Session;
        string name = Guid.NewGuid().ToString("N");
        string received = session[name];
        string stored = Path.Combine(session.User.Home, name);
        ClientResult result = await session.OpenSshAsync(
            "sftp",
            $"put {content} {name}\nget {name} {received}\n",
            [.. options.SelectMany(option => new[] { "-o", option }), "-b", "-", "server"]);
        if (result.ExitCode != 0)
        {
            return result.Error;
        }

        bool isEqual = FileTree.Checksum(stored) == checksum && FileTree.Checksum(received) == checksum;
        File.Delete(stored);
        File.Delete(received);
        return isEqual ? null : "the content has changed";
    }
}
