using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Ctr;

/// <summary>Known answers and a comparison with libcrypto, before the kernel is trusted with a packet.</summary>
/// <remarks>Unsafe because both sides take pointers.</remarks>
internal static unsafe class CtrSelfTest
{
    private const int BlockLength = 16;

    // NIST SP 800-38A, F.5.1 and F.5.5: CTR-AES128 and CTR-AES256.
    private const string KnownCounter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
    private const string KnownPlain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

    private static readonly (string Key, string Cipher)[] KnownAnswers =
    [
        (
            "2b7e151628aed2a6abf7158809cf4f3c",
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"),
        (
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"),
    ];

    // Around every boundary: block, word of four, step of sixteen, several steps, and what is too long for a call without a transition.
    private static readonly int[] Blocks = [0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1_024, 1_025, 2_049, 5_003];

    // How many blocks before the lower half of the counter, or all of it, carries.
    private static readonly uint[] Distances = [0, 1, 2, 3, 4, 5, 15, 16, 17, 18, 31, 33, 64, 100];

    public static bool Passes() => GivesKnownAnswers() && MatchesLibCrypto("AES-128-CTR", 16) && MatchesLibCrypto("AES-256-CTR", 32);

    private static bool GivesKnownAnswers()
    {
        byte[] plain = Convert.FromHexString(KnownPlain);
        foreach ((string keyText, string cipher) in KnownAnswers)
        {
            using var key = new CtrKey(Convert.FromHexString(keyText));
            byte[] data = plain.ToArray();
            UInt128 counter = BinaryPrimitives.ReadUInt128BigEndian(Convert.FromHexString(KnownCounter));
            fixed (byte* start = data)
            {
                key.Apply(ref counter, start, data.Length);
            }

            if (!data.AsSpan().SequenceEqual(Convert.FromHexString(cipher)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesLibCrypto(string evpName, int keyLength)
    {
        byte[] keyBytes = RandomNumberGenerator.GetBytes(keyLength);
        using var key = new CtrKey(keyBytes);
        UInt128 random = BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(BlockLength));
        foreach (int blocks in Blocks)
        {
            if (!Matches(evpName, keyBytes, key, random, blocks))
            {
                return false;
            }
        }

        foreach (uint distance in Distances)
        {
            UInt128 half = ((random >> 64) << 64) | (ulong.MaxValue - distance);
            if (!Matches(evpName, keyBytes, key, half, 70) || !Matches(evpName, keyBytes, key, UInt128.MaxValue - distance, 70))
            {
                return false;
            }
        }

        return true;
    }

    // In one piece, and going on from there: the counter has to be right too.
    private static bool Matches(string evpName, byte[] keyBytes, CtrKey key, UInt128 first, int blocks)
    {
        byte[] iv = new byte[BlockLength];
        BinaryPrimitives.WriteUInt128BigEndian(iv, first);
        using var reference = new CipherContext(evpName, keyBytes, iv, encrypt: true);
        byte[] ours = RandomNumberGenerator.GetBytes((blocks + 1) * BlockLength);
        byte[] theirs = ours.ToArray();
        UInt128 counter = first;
        fixed (byte* our = ours, their = theirs)
        {
            key.Apply(ref counter, our, blocks * BlockLength);
            key.Apply(ref counter, our + (blocks * BlockLength), BlockLength);
            reference.Apply(their, their, theirs.Length);
        }

        return ours.AsSpan().SequenceEqual(theirs);
    }
}
