using BenchmarkDotNet.Attributes;
using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;

namespace Hpc.Benchmarks.Crypto;

/// <summary>What a server does of a key agreement in one login: a key pair, and the secret with the peer's share.</summary>
public class KeyAgreementBenchmarks
{
    private byte[] _peerShare = [];

    [Params("curve25519-sha256", "ecdh-sha2-nistp256")]
    public string Method { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        using KeyAgreement peer = AlgorithmCatalog.CreateKeyAgreement(Method);
        _peerShare = peer.PublicShare.ToArray();
    }

    [Benchmark]
    public int Agree()
    {
        using KeyAgreement own = AlgorithmCatalog.CreateKeyAgreement(Method);
        using SecretBytes? secret = own.DeriveSecret(_peerShare);
        return secret!.Span.Length;
    }
}
