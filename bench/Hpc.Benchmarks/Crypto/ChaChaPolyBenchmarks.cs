using BenchmarkDotNet.Attributes;

namespace Hpc.Benchmarks.Crypto;

/// <summary>chacha20-poly1305@openssh.com beside the RFC 8439 construction of libcrypto and of the runtime, which SSH cannot use.</summary>
public class ChaChaPolyBenchmarks : CipherBenchmarks
{
    [Params("product", "bare EVP RFC 8439", ".NET ChaCha20Poly1305")]
    public string Implementation { get; set; } = "";

    private protected override PacketCipherCase Create() => Implementation switch
    {
        "product" => SshCipherCase.Of("chacha20-poly1305@openssh.com", null, Size),
        "bare EVP RFC 8439" => new EvpAeadCase("ChaCha20-Poly1305", 32, Size),
        ".NET ChaCha20Poly1305" => new DotNetChaChaCase(Size),
        _ => throw Unknown(Implementation),
    };
}
