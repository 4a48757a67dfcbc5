using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.ChaCha;

/// <summary>A known answer and a comparison with libcrypto, before the kernel is trusted with a packet.</summary>
/// <remarks>Unsafe because both sides take pointers.</remarks>
internal static unsafe class ChaChaSelfTest
{
    private const int NonceLength = 8;
    private const int BlockLength = 64;
    private const int CounterLength = 8;

    // RFC 8439, appendix A.1, test vectors 1 and 2: the first two blocks under a key and a nonce of zeros.
    private const string KnownStream =
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
        + "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";

    private static readonly uint[] FirstBlocks = [0, 1, 2, 15, 16, 33, 0x00FF_FFF0, int.MaxValue - 64];

    public static bool Passes() => GivesKnownAnswer() && MatchesLibCrypto();

    private static bool GivesKnownAnswer()
    {
        byte[] data = new byte[ChaChaKernel.StepLength];
        using var key = new ChaChaKey(new byte[ChaChaKey.Length]);
        fixed (byte* nonce = new byte[NonceLength], start = data)
        {
            key.Apply(nonce, 0, start, data.Length);
        }

        return data.AsSpan(0, 2 * BlockLength).SequenceEqual(Convert.FromHexString(KnownStream));
    }

    private static bool MatchesLibCrypto()
    {
        byte[] keyBytes = RandomNumberGenerator.GetBytes(ChaChaKey.Length);
        using var key = new ChaChaKey(keyBytes);
        for (int steps = 0; steps <= 4; steps++)
        {
            foreach (uint firstBlock in FirstBlocks)
            {
                if (!Matches(keyBytes, key, firstBlock, steps * ChaChaKernel.StepLength))
                {
                    return false;
                }
            }
        }

        return Matches(keyBytes, key, 1, 16 * ChaChaKernel.StepLength);
    }

    private static bool Matches(byte[] keyBytes, ChaChaKey key, uint firstBlock, int length)
    {
        byte[] iv = RandomNumberGenerator.GetBytes(CounterLength + NonceLength);
        BinaryPrimitives.WriteUInt64LittleEndian(iv, firstBlock);
        byte[] ours = RandomNumberGenerator.GetBytes(length + 1);
        byte[] theirs = ours.ToArray();
        using var reference = new CipherContext("ChaCha20", keyBytes, iv, encrypt: true);
        fixed (byte* ivStart = iv, our = ours, their = theirs)
        {
            key.Apply(ivStart + CounterLength, firstBlock, our, length);
            if (length != 0)
            {
                reference.Apply(their, their, length);
            }
        }

        return ours.AsSpan().SequenceEqual(theirs);
    }
}
