using BenchmarkDotNet.Attributes;

namespace Hpc.Benchmarks.Crypto;

/// <summary>aes128-ctr with hmac-sha2-256-etm@openssh.com beside the same two of libcrypto alone.</summary>
public class CtrHmacBenchmarks : CipherBenchmarks
{
    [Params("product", "bare EVP")]
    public string Implementation { get; set; } = "";

    private protected override PacketCipherCase Create() => Implementation switch
    {
        "product" => SshCipherCase.Of("aes128-ctr", PacketKeys.EncryptThenMac, Size),
        "bare EVP" => new EvpCtrHmacCase(Size),
        _ => throw Unknown(Implementation),
    };
}
