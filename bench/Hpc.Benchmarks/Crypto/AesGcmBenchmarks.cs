using BenchmarkDotNet.Attributes;
using Hpc.Crypto.Gcm;

namespace Hpc.Benchmarks.Crypto;

/// <summary>aes128-gcm and aes256-gcm: the managed kernel, without and with VAES (where the CPU has what they need), and libcrypto as the product uses them, libcrypto bare, and the runtime's type.</summary>
public class AesGcmBenchmarks : CipherBenchmarks
{
    [Params(128, 256)]
    public int KeyBits { get; set; }

    [ParamsSource(nameof(Implementations))]
    public string Implementation { get; set; } = "";

    public static IEnumerable<string> Implementations =>
    [
        .. AesGcmKey.IsSupported ? ["managed"] : Array.Empty<string>(),
        .. VaesKernel.IsSupported ? ["vaes"] : Array.Empty<string>(),
        "libcrypto",
        "bare EVP",
        ".NET AesGcm",
    ];

    private protected override PacketCipherCase Create() => Implementation switch
    {
        "managed" => SshCipherCase.ManagedGcm(KeyBits / 8, Size),
        "vaes" => SshCipherCase.VaesGcm(KeyBits / 8, Size),
        "libcrypto" => SshCipherCase.LibCryptoGcm(KeyBits / 8, Size),
        "bare EVP" => new EvpAeadCase(GcmImplementation.EvpName(KeyBits / 8), KeyBits / 8, Size),
        ".NET AesGcm" => new DotNetGcmCase(KeyBits / 8, Size),
        _ => throw Unknown(Implementation),
    };
}
