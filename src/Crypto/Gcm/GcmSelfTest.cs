using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Gcm;

/// <summary>Known answers and a comparison with libcrypto, before the kernel is trusted with a packet.</summary>
/// <remarks>Unsafe because both sides take pointers.</remarks>
internal static unsafe class GcmSelfTest
{
    private const int AadLength = 4;
    private const int TagLength = 16;

    // Around every boundary: block, group of eight, step of sixteen, several steps; each with odd tails.
    private static readonly int[] Lengths = [0, 1, 15, 16, 17, 64, 127, 128, 129, 240, 241, 255, 256, 257, 511, 512, 769, 1024, 1279, 4093, 32_768, 70_001];

    public static bool Passes(int keyLength, bool useVaes)
    {
        foreach (GcmVector vector in GcmVector.All)
        {
            if (vector.Key.Length == 2 * keyLength && !Matches(vector, useVaes))
            {
                return false;
            }
        }

        return MatchesLibCrypto(keyLength, useVaes);
    }

    private static bool Matches(GcmVector vector, bool useVaes)
    {
        byte[] nonce = Convert.FromHexString(vector.Nonce);
        byte[] aad = Convert.FromHexString(vector.Aad);
        byte[] plain = Convert.FromHexString(vector.Plain);
        byte[] tag = Convert.FromHexString(vector.Tag);
        byte[] cipher = Convert.FromHexString(vector.Cipher);
        using var key = new AesGcmKey(Convert.FromHexString(vector.Key)) { UsesVaes = useVaes };

        byte[] data = plain.ToArray();
        byte[] made = new byte[TagLength];
        fixed (byte* noncePointer = nonce, aadPointer = aad, dataPointer = data, madePointer = made)
        {
            key.Seal(noncePointer, aadPointer, aad.Length, dataPointer, data.Length, madePointer);
            return data.AsSpan().SequenceEqual(cipher)
                && made.AsSpan().SequenceEqual(tag)
                && key.TryOpen(noncePointer, aadPointer, aad.Length, dataPointer, data.Length, madePointer)
                && data.AsSpan().SequenceEqual(plain);
        }
    }

    private static bool MatchesLibCrypto(int keyLength, bool useVaes)
    {
        Span<byte> keyBytes = stackalloc byte[keyLength];
        RandomNumberGenerator.Fill(keyBytes);
        byte[] nonce = RandomNumberGenerator.GetBytes(Packets.GcmNonce.Length);
        using var key = new AesGcmKey(keyBytes) { UsesVaes = useVaes };
        using var reference = new CipherContext(GcmImplementation.EvpName(keyLength), keyBytes, nonce, encrypt: true);
        CryptographicOperations.ZeroMemory(keyBytes);
        foreach (int length in Lengths)
        {
            byte[] plain = RandomNumberGenerator.GetBytes(AadLength + length + TagLength);
            if (!MatchesLibCrypto(key, reference, nonce, plain, length))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesLibCrypto(AesGcmKey key, CipherContext reference, byte[] nonce, byte[] plain, int length)
    {
        byte[] ours = plain.ToArray();
        byte[] theirs = plain.ToArray();
        fixed (byte* iv = nonce, our = ours, their = theirs)
        {
            reference.SetIv(iv);
            reference.Apply(null, their, AadLength);
            if (length != 0)
            {
                reference.Apply(their + AadLength, their + AadLength, length);
            }

            LibCrypto.Require(reference.TryFinish(), "making the GCM tag");
            reference.GetTag(their + AadLength + length, TagLength);

            key.Seal(iv, our, AadLength, our + AadLength, length, our + AadLength + length);
            if (!ours.AsSpan().SequenceEqual(theirs)
                || !key.TryOpen(iv, our, AadLength, our + AadLength, length, our + AadLength + length)
                || !ours.AsSpan(0, AadLength + length).SequenceEqual(plain.AsSpan(0, AadLength + length)))
            {
                return false;
            }

            // A changed packet is refused.
            our[AadLength + length] ^= 0x80;
            return !key.TryOpen(iv, our, AadLength, our + AadLength, length, our + AadLength + length);
        }
    }
}
