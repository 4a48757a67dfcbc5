using System.Globalization;
using Hpc.Benchmarks.Crypto;
using Hpc.Crypto.Gcm;

namespace Hpc.Allocations.Tests.Operations;

internal static class CryptoOperations
{
    public static IEnumerable<Operation> All => [.. Ciphers(), .. Logins()];

    private static IEnumerable<Operation> Ciphers()
    {
        foreach (int size in PacketSizes.All)
        {
            foreach (int bits in new[] { 128, 256 })
            {
                yield return Cipher($"aes{bits}-gcm managed", size, () => AesGcmKey.IsSupported ? SshCipherCase.ManagedGcm(bits / 8, size) : null);
                yield return Cipher($"aes{bits}-gcm vaes", size, () => VaesKernel.IsSupported ? SshCipherCase.VaesGcm(bits / 8, size) : null);
                yield return Cipher($"aes{bits}-gcm libcrypto", size, () => SshCipherCase.LibCryptoGcm(bits / 8, size));
            }

            yield return Cipher("chacha20-poly1305", size, () => SshCipherCase.Of("chacha20-poly1305@openssh.com", null, size));
            yield return Cipher("aes128-ctr+hmac-sha2-256-etm", size, () => SshCipherCase.Of("aes128-ctr", PacketKeys.EncryptThenMac, size));
        }
    }

    private static Operation Cipher(string name, int size, Func<PacketCipherCase?> create) =>
        Operation.OnThread(string.Create(CultureInfo.InvariantCulture, $"crypto: seal and open, {name}, {size} bytes"), () =>
        {
            using PacketCipherCase? cipher = create();
            return cipher is null ? null : Measure.OnThread(cipher.SealAndOpen);
        });

    private static IEnumerable<Operation> Logins()
    {
        foreach (string method in new[] { "curve25519-sha256", "ecdh-sha2-nistp256" })
        {
            yield return Operation.OnThread($"crypto: key agreement, {method}", () =>
            {
                var agreement = new KeyAgreementBenchmarks { Method = method };
                agreement.Setup();
                return Measure.OnThread(() => agreement.Agree());
            });
        }

        yield return Signature("sign", static keys => keys.Sign());
        yield return Signature("verify", static keys => keys.Verify());
        yield return Signature("read the key and verify", static keys => keys.ReadAndVerify());
        yield return Operation.OnThread("crypto: authorized key, parse", () =>
        {
            var lines = new AuthorizedKeysBenchmarks();
            lines.Setup();
            return Measure.OnThread(() => lines.Plain());
        });
        yield return Operation.OnThread("crypto: authorized key with options, parse", () =>
        {
            var lines = new AuthorizedKeysBenchmarks();
            lines.Setup();
            return Measure.OnThread(() => lines.WithOptions());
        });
    }

    private static Operation Signature(string name, Action<SignatureBenchmarks> run) =>
        Operation.OnThread($"crypto: ssh-ed25519, {name}", () =>
        {
            var keys = new SignatureBenchmarks { KeyType = "ssh-ed25519" };
            keys.Setup();
            long bytes = Measure.OnThread(() => run(keys));
            keys.Cleanup();
            return bytes;
        });
}
