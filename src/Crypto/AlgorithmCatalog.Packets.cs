using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Hpc.Crypto.ChaCha;
using Hpc.Crypto.Ctr;
using Hpc.Crypto.Gcm;
using Hpc.Crypto.Interop;
using Hpc.Crypto.Lanes;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto;

/// <content>Ciphers and MACs.</content>
public static partial class AlgorithmCatalog
{
    private static readonly FrozenDictionary<string, CipherDefinition> Ciphers = new CipherDefinition[]
    {
        new(new("aes128-gcm@openssh.com", 16, 12, 16, true), CipherConstruction.Gcm, "AES-128-GCM"),
        new(new("aes256-gcm@openssh.com", 32, 12, 16, true), CipherConstruction.Gcm, "AES-256-GCM"),
        new(new("chacha20-poly1305@openssh.com", 64, 0, 8, true), CipherConstruction.ChaChaPoly, "ChaCha20"),
        new(new("aes128-ctr", 16, 16, 16, false), CipherConstruction.Stream, "AES-128-CTR"),
        new(new("aes192-ctr", 24, 16, 16, false), CipherConstruction.Stream, "AES-192-CTR"),
        new(new("aes256-ctr", 32, 16, 16, false), CipherConstruction.Stream, "AES-256-CTR"),
        new(new("aes128-cbc", 16, 16, 16, false), CipherConstruction.Stream, "AES-128-CBC"),
        new(new("aes192-cbc", 24, 16, 16, false), CipherConstruction.Stream, "AES-192-CBC"),
        new(new("aes256-cbc", 32, 16, 16, false), CipherConstruction.Stream, "AES-256-CBC"),
        new(new("3des-cbc", 24, 8, 8, false), CipherConstruction.Stream, "DES-EDE3-CBC"),
    }.ToFrozenDictionary(cipher => cipher.Info.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, MacDefinition> Macs = new MacDefinition[]
    {
        new(new("hmac-sha2-256-etm@openssh.com", 32, 32, true), "SHA2-256"),
        new(new("hmac-sha2-512-etm@openssh.com", 64, 64, true), "SHA2-512"),
        new(new("hmac-sha2-256", 32, 32, false), "SHA2-256"),
        new(new("hmac-sha2-512", 64, 64, false), "SHA2-512"),
        new(new("hmac-sha1-etm@openssh.com", 20, 20, true), "SHA1"),
        new(new("hmac-sha1", 20, 20, false), "SHA1"),
    }.ToFrozenDictionary(mac => mac.Info.Name, StringComparer.Ordinal);

    /// <summary>
    /// What runs AES-GCM here, for the log. The first call (or the first AES-GCM connection) tests and measures the implementations,
    /// which takes some tens of milliseconds: ask at start.
    /// </summary>
    /// <exception cref="InvalidOperationException">The environment variable <c>HPC_GCM</c> is none of <c>libcrypto</c>, <c>managed</c> and <c>vaes</c>.</exception>
    public static string GcmImplementationName => GcmImplementation.Name;

    /// <summary>
    /// What makes the tags of many packets under <c>hmac-sha2-256-etm@openssh.com</c> here, for the log. The first call (or the first such connection)
    /// tests and measures, which takes some tens of milliseconds: ask at start.
    /// </summary>
    /// <exception cref="InvalidOperationException">The environment variable <c>HPC_HMAC</c> is neither <c>libcrypto</c> nor <c>lanes</c>.</exception>
    public static string HmacImplementationName => LaneImplementation.Chosen.Name;

    /// <summary>
    /// What encrypts under aes128-ctr and aes256-ctr with an <c>-etm</c> MAC here, for the log. The first call (or the first such connection) tests and
    /// measures, which takes some tens of milliseconds: ask at start.
    /// </summary>
    /// <exception cref="InvalidOperationException">The environment variable <c>HPC_CTR</c> is neither <c>libcrypto</c> nor <c>vaes</c>.</exception>
    public static string CtrImplementationName => CtrImplementation.Chosen.Name;

    /// <summary>
    /// What encrypts large packets under chacha20-poly1305@openssh.com here, for the log. The first call (or the first such connection) tests and measures,
    /// which takes some tens of milliseconds: ask at start.
    /// </summary>
    /// <exception cref="InvalidOperationException">The environment variable <c>HPC_CHACHA</c> is neither <c>libcrypto</c> nor <c>managed</c>.</exception>
    public static string ChaChaImplementationName => ChaChaImplementation.Chosen.Name;

    /// <summary>Finds a cipher by its SSH name.</summary>
    public static bool TryGetCipher(string name, [NotNullWhen(true)] out CipherInfo? cipher)
    {
        cipher = Ciphers.GetValueOrDefault(name)?.Info;
        return cipher is not null;
    }

    /// <summary>Finds a MAC by its SSH name.</summary>
    public static bool TryGetMac(string name, [NotNullWhen(true)] out MacInfo? mac)
    {
        mac = Macs.GetValueOrDefault(name)?.Info;
        return mac is not null;
    }

    /// <summary>No encryption and no MAC, before the first SSH_MSG_NEWKEYS.</summary>
    public static PacketSealer CreatePlainSealer() => new PlainPacketSealer();

    /// <summary>No encryption and no MAC, before the first SSH_MSG_NEWKEYS.</summary>
    public static PacketOpener CreatePlainOpener() => new PlainPacketOpener();

    /// <summary>Makes the sending side of a cipher; key material is copied, the caller clears its own.</summary>
    /// <param name="cipher">From <see cref="TryGetCipher"/>.</param>
    /// <param name="mac">From <see cref="TryGetMac"/>; null for AEAD ciphers, and only for those.</param>
    /// <param name="key">Encryption key of the cipher's length.</param>
    /// <param name="iv">Initial IV of the cipher's length.</param>
    /// <param name="macKey">Integrity key of the MAC's length.</param>
    public static PacketSealer CreateSealer(CipherInfo cipher, MacInfo? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey)
    {
        CipherDefinition definition = Check(cipher, mac, key, iv, macKey);
        switch (definition.Construction)
        {
            case CipherConstruction.Gcm:
                return GcmImplementation.CreateSealer(key, iv);
            case CipherConstruction.ChaChaPoly:
                return new ChaChaPolyPacketSealer(key, ChaChaImplementation.Chosen.IsManaged);
            default:
                PacketMac tags = CreateMac(mac!, macKey);
                return mac!.IsEncryptThenMac
                    ? new EncryptThenMacSealer(CtrImplementation.Create(definition.EvpName, key, iv, encrypt: true), cipher.BlockSize, tags)
                    : new EncryptAndMacSealer(new CipherContext(definition.EvpName, key, iv, encrypt: true), cipher.BlockSize, tags);
        }
    }

    /// <summary>Makes the receiving side of a cipher; see <see cref="CreateSealer"/>.</summary>
    public static PacketOpener CreateOpener(CipherInfo cipher, MacInfo? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey)
    {
        CipherDefinition definition = Check(cipher, mac, key, iv, macKey);
        switch (definition.Construction)
        {
            case CipherConstruction.Gcm:
                return GcmImplementation.CreateOpener(key, iv);
            case CipherConstruction.ChaChaPoly:
                return new ChaChaPolyPacketOpener(key, ChaChaImplementation.Chosen.IsManaged);
            default:
                PacketMac tags = CreateMac(mac!, macKey);
                return mac!.IsEncryptThenMac
                    ? new EncryptThenMacOpener(CtrImplementation.Create(definition.EvpName, key, iv, encrypt: false), cipher.BlockSize, tags)
                    : new EncryptAndMacOpener(new CipherContext(definition.EvpName, key, iv, encrypt: false), cipher.BlockSize, tags);
        }
    }

    private static PacketMac CreateMac(MacInfo mac, ReadOnlySpan<byte> key)
    {
        string digest = Macs[mac.Name].Digest;
        return new PacketMac(digest, mac.TagLength, key, mac.IsEncryptThenMac && digest == "SHA2-256" ? LaneImplementation.Chosen : null);
    }

    private static CipherDefinition Check(CipherInfo cipher, MacInfo? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        if (cipher.IsAead != (mac is null))
        {
            throw new ArgumentException("An AEAD cipher goes without a MAC, any other with one.", nameof(mac));
        }

        if (key.Length != cipher.KeyLength || iv.Length != cipher.IvLength || macKey.Length != (mac?.KeyLength ?? 0))
        {
            throw new ArgumentException("Key material of a wrong length.", nameof(key));
        }

        return Ciphers[cipher.Name];
    }
}
