using System.Security.Cryptography;
using Hpc.Crypto;
using Hpc.Crypto.Gcm;
using Hpc.Crypto.Packets;

namespace Hpc.Benchmarks.Crypto;

/// <summary>A cipher of the product as the packet layer uses it.</summary>
internal sealed class SshCipherCase : PacketCipherCase
{
    private readonly PacketSealer _sealer;
    private readonly PacketOpener _opener;
    private uint _sequence;

    private SshCipherCase(PacketSealer sealer, PacketOpener opener, int packetLength)
        : base(packetLength, sealer.TagLength)
    {
        _sealer = sealer;
        _opener = opener;
    }

    /// <summary>The managed kernel; only where <see cref="AesGcmKey.IsSupported"/>.</summary>
    public static SshCipherCase ManagedGcm(int keyLength, int packetLength) => OwnGcm(keyLength, packetLength, useVaes: false);

    /// <summary>The managed kernel with VAES for its bulk, as after a login; only where <c>VaesKernel.IsSupported</c>.</summary>
    public static SshCipherCase VaesGcm(int keyLength, int packetLength) => OwnGcm(keyLength, packetLength, useVaes: true);

    public static SshCipherCase LibCryptoGcm(int keyLength, int packetLength)
    {
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(GcmNonce.Length);
        string name = GcmImplementation.EvpName(keyLength);
        return new SshCipherCase(new GcmPacketSealer(name, key, iv), new GcmPacketOpener(name, key, iv), packetLength);
    }

    /// <summary>A cipher by its SSH name, and a MAC where it needs one.</summary>
    public static SshCipherCase Of(string cipher, string? mac, int packetLength)
    {
        (PacketSealer sealer, PacketOpener opener) = PacketKeys.Create(cipher, mac);
        return new SshCipherCase(sealer, opener, packetLength);
    }

    public override void Seal() => _sealer.Seal(_sequence, Frame);

    protected override bool Open()
    {
        // The packet layer reads the length first, which decrypts it where the cipher encrypts it.
        uint length = _opener.ReadLength(_sequence, Frame.AsSpan(0, _opener.HeaderLength));
        return length == (uint)PacketLength && _opener.Open(_sequence++, Frame);
    }

    protected override void Dispose(bool disposing)
    {
        _sealer.Dispose();
        _opener.Dispose();
    }

    private static SshCipherCase OwnGcm(int keyLength, int packetLength, bool useVaes)
    {
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(GcmNonce.Length);
        var sealer = new ManagedGcmPacketSealer(key, iv, useVaes);
        var opener = new ManagedGcmPacketOpener(key, iv, useVaes);
        sealer.TrustPeer();
        opener.TrustPeer();
        return new SshCipherCase(sealer, opener, packetLength);
    }
}
