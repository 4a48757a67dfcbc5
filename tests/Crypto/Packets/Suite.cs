using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Tests.Packets;

/// <summary>A cipher with its MAC, random keys, and both ends.</summary>
internal sealed class Suite : IDisposable
{
    private readonly byte[] _key;
    private readonly byte[] _iv;
    private readonly byte[] _macKey;

    public Suite(string cipher, string mac)
    {
        AlgorithmCatalog.TryGetCipher(cipher, out CipherInfo? cipherInfo).ShouldBeTrue();
        MacInfo? macInfo = null;
        if (!cipherInfo!.IsAead)
        {
            AlgorithmCatalog.TryGetMac(mac, out macInfo).ShouldBeTrue();
        }

        _key = RandomNumberGenerator.GetBytes(cipherInfo.KeyLength);
        _iv = RandomNumberGenerator.GetBytes(cipherInfo.IvLength);
        _macKey = RandomNumberGenerator.GetBytes(macInfo?.KeyLength ?? 0);
        Sealer = AlgorithmCatalog.CreateSealer(cipherInfo, macInfo, _key, _iv, _macKey);
        Opener = AlgorithmCatalog.CreateOpener(cipherInfo, macInfo, _key, _iv, _macKey);
    }

    public PacketSealer Sealer { get; }

    public PacketOpener Opener { get; }

    public ReadOnlySpan<byte> Key => _key;

    public ReadOnlySpan<byte> Iv => _iv;

    public ReadOnlySpan<byte> MacKey => _macKey;

    /// <summary>Every cipher with every MAC, in all profiles.</summary>
    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (string name in AlgorithmCatalog.Names(AlgorithmKind.Cipher, CryptoProfile.Legacy))
        {
            AlgorithmCatalog.TryGetCipher(name, out CipherInfo? cipher).ShouldBeTrue();
            foreach (string mac in cipher!.IsAead ? [""] : AlgorithmCatalog.Names(AlgorithmKind.Mac, CryptoProfile.Legacy))
            {
                all.Add(name, mac);
            }
        }

        return all;
    }

    /// <summary>A clear frame around this many random payload bytes, with room for the tag.</summary>
    public byte[] Frame(int payloadLength)
    {
        int counted = 1 + payloadLength + (Sealer.PadsLength ? 4 : 0);
        int padding = Sealer.BlockSize - (counted % Sealer.BlockSize);
        padding += padding < 4 ? Sealer.BlockSize : 0;
        byte[] frame = new byte[4 + 1 + payloadLength + padding + Sealer.TagLength];
        RandomNumberGenerator.Fill(frame.AsSpan(5, payloadLength + padding));
        BinaryPrimitives.WriteInt32BigEndian(frame, 1 + payloadLength + padding);
        frame[4] = (byte)padding;
        return frame;
    }

    /// <summary>A copy of a clear frame, sealed.</summary>
    public byte[] Seal(uint sequence, byte[] clear)
    {
        byte[] frame = clear.ToArray();
        Sealer.Seal(sequence, frame);
        return frame;
    }

    public void Dispose()
    {
        Sealer.Dispose();
        Opener.Dispose();
    }
}
