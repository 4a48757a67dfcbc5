using System.Security.Cryptography;
using Hpc.Crypto;
using Hpc.Crypto.Packets;

namespace Hpc.Benchmarks.Crypto;

/// <summary>Both ends of a cipher, with random keys.</summary>
internal static class PacketKeys
{
    public const string EncryptThenMac = "hmac-sha2-256-etm@openssh.com";

    /// <summary>The ciphers that clients choose.</summary>
    public static IReadOnlyList<string> Ciphers { get; } =
        ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes128-ctr"];

    /// <summary>The MAC that goes with a cipher, or null for AEAD.</summary>
    public static string? MacOf(string cipher) => cipher.EndsWith("-ctr", StringComparison.Ordinal) ? EncryptThenMac : null;

    public static (PacketSealer Sealer, PacketOpener Opener) Create(string cipher, string? mac)
    {
        CipherInfo cipherInfo = AlgorithmCatalog.TryGetCipher(cipher, out CipherInfo? found)
            ? found
            : throw new ArgumentException($"There is no cipher '{cipher}'.", nameof(cipher));
        MacInfo? macInfo = null;
        if (mac is not null && !AlgorithmCatalog.TryGetMac(mac, out macInfo))
        {
            throw new ArgumentException($"There is no MAC '{mac}'.", nameof(mac));
        }

        byte[] key = RandomNumberGenerator.GetBytes(cipherInfo.KeyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(cipherInfo.IvLength);
        byte[] macKey = RandomNumberGenerator.GetBytes(macInfo?.KeyLength ?? 0);
        return (AlgorithmCatalog.CreateSealer(cipherInfo, macInfo, key, iv, macKey), AlgorithmCatalog.CreateOpener(cipherInfo, macInfo, key, iv, macKey));
    }
}
