using BenchmarkDotNet.Attributes;
using Hpc.Crypto.Keys;

namespace Hpc.Benchmarks.Crypto;

/// <summary>Reading a line of authorized_keys, which every login by key does for every key of the user.</summary>
public class AuthorizedKeysBenchmarks
{
    private string _plain = "";
    private string _restricted = "";

    [GlobalSetup]
    public void Setup()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        _plain = $"ssh-ed25519 {Convert.ToBase64String(key.PublicKey.Blob.Span)} somebody@somewhere";
        _restricted = $"restrict,from=\"192.0.2.0/24,!192.0.2.7\" {_plain}";
    }

    [Benchmark]
    public AuthorizedKeysLine Plain() => Parse(_plain);

    [Benchmark]
    public AuthorizedKeysLine WithOptions() => Parse(_restricted);

    private static AuthorizedKeysLine Parse(string line) =>
        AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? key, out string? error) ? key! : throw new FormatException(error);
}
