using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Hpc.Crypto.Keys;

namespace Hpc.Benchmarks.Crypto;

/// <summary>The signatures of a login: the host key signs an exchange hash, the user's key is read from its blob and verifies.</summary>
public class SignatureBenchmarks
{
    private readonly byte[] _data = RandomNumberGenerator.GetBytes(32);
    private SshPrivateKey _key = null!;
    private byte[] _signature = [];
    private byte[] _blob = [];

    [Params("ssh-ed25519", "ecdsa-sha2-nistp256")]
    public string KeyType { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _key = SshPrivateKeys.Generate(KeyType);
        _signature = Sign();
        _blob = _key.PublicKey.Blob.ToArray();
    }

    [GlobalCleanup]
    public void Cleanup() => _key.Dispose();

    [Benchmark]
    public byte[] Sign() => _key.Sign(KeyType, _data);

    [Benchmark]
    public bool Verify() => Verified(_key.PublicKey.Verify(KeyType, _data, _signature));

    [Benchmark]
    public bool ReadAndVerify()
    {
        if (!SshPublicKeys.TryParse(_blob, out SshPublicKey? key))
        {
            throw new CryptographicException("The key's own blob was refused.");
        }

        using (key)
        {
            return Verified(key.Verify(KeyType, _data, _signature));
        }
    }

    private static bool Verified(bool isGood) => isGood ? true : throw new CryptographicException("The signature did not verify.");
}
