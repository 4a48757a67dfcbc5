using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Gcm;

/// <content>Eight blocks side by side, unrolled: in a loop the JIT keeps the states in memory.</content>
internal static unsafe partial class AesGcmKernel
{
    /// <summary>Encrypts (or decrypts, which is the same) eight blocks; <paramref name="counters"/> are those of the first four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Crypt8<TKey>(byte* key, Vector512<uint> counters, byte* data)
        where TKey : struct, IAesKeySize
    {
        Vector512<byte> whitening = Avx512F.BroadcastVector128ToVector512((uint*)key).AsByte();
        Vector512<byte> first = CounterBlocks(counters) ^ whitening;
        Vector512<byte> second = CounterBlocks(counters + Four) ^ whitening;
        Vector128<byte> s0 = first.GetLower().GetLower();
        Vector128<byte> s1 = first.GetLower().GetUpper();
        Vector128<byte> s2 = Avx512F.ExtractVector128(first, 2);
        Vector128<byte> s3 = Avx512F.ExtractVector128(first, 3);
        Vector128<byte> s4 = second.GetLower().GetLower();
        Vector128<byte> s5 = second.GetLower().GetUpper();
        Vector128<byte> s6 = Avx512F.ExtractVector128(second, 2);
        Vector128<byte> s7 = Avx512F.ExtractVector128(second, 3);
        Vector128<byte> roundKey;
        roundKey = Vector128.LoadAligned(key + (16 * 1));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 2));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 3));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 4));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 5));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 6));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 7));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 8));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        roundKey = Vector128.LoadAligned(key + (16 * 9));
        s0 = Aes.Encrypt(s0, roundKey);
        s1 = Aes.Encrypt(s1, roundKey);
        s2 = Aes.Encrypt(s2, roundKey);
        s3 = Aes.Encrypt(s3, roundKey);
        s4 = Aes.Encrypt(s4, roundKey);
        s5 = Aes.Encrypt(s5, roundKey);
        s6 = Aes.Encrypt(s6, roundKey);
        s7 = Aes.Encrypt(s7, roundKey);

        if (TKey.Rounds == 14)
        {
            roundKey = Vector128.LoadAligned(key + (16 * 10));
            s0 = Aes.Encrypt(s0, roundKey);
            s1 = Aes.Encrypt(s1, roundKey);
            s2 = Aes.Encrypt(s2, roundKey);
            s3 = Aes.Encrypt(s3, roundKey);
            s4 = Aes.Encrypt(s4, roundKey);
            s5 = Aes.Encrypt(s5, roundKey);
            s6 = Aes.Encrypt(s6, roundKey);
            s7 = Aes.Encrypt(s7, roundKey);

            roundKey = Vector128.LoadAligned(key + (16 * 11));
            s0 = Aes.Encrypt(s0, roundKey);
            s1 = Aes.Encrypt(s1, roundKey);
            s2 = Aes.Encrypt(s2, roundKey);
            s3 = Aes.Encrypt(s3, roundKey);
            s4 = Aes.Encrypt(s4, roundKey);
            s5 = Aes.Encrypt(s5, roundKey);
            s6 = Aes.Encrypt(s6, roundKey);
            s7 = Aes.Encrypt(s7, roundKey);

            roundKey = Vector128.LoadAligned(key + (16 * 12));
            s0 = Aes.Encrypt(s0, roundKey);
            s1 = Aes.Encrypt(s1, roundKey);
            s2 = Aes.Encrypt(s2, roundKey);
            s3 = Aes.Encrypt(s3, roundKey);
            s4 = Aes.Encrypt(s4, roundKey);
            s5 = Aes.Encrypt(s5, roundKey);
            s6 = Aes.Encrypt(s6, roundKey);
            s7 = Aes.Encrypt(s7, roundKey);

            roundKey = Vector128.LoadAligned(key + (16 * 13));
            s0 = Aes.Encrypt(s0, roundKey);
            s1 = Aes.Encrypt(s1, roundKey);
            s2 = Aes.Encrypt(s2, roundKey);
            s3 = Aes.Encrypt(s3, roundKey);
            s4 = Aes.Encrypt(s4, roundKey);
            s5 = Aes.Encrypt(s5, roundKey);
            s6 = Aes.Encrypt(s6, roundKey);
            s7 = Aes.Encrypt(s7, roundKey);
        }

        // The last round ends with XOR of its key: the data goes in there.
        roundKey = Vector128.LoadAligned(key + (16 * TKey.Rounds));
        Aes.EncryptLast(s0, roundKey ^ Vector128.Load(data)).Store(data);
        Aes.EncryptLast(s1, roundKey ^ Vector128.Load(data + 16)).Store(data + 16);
        Aes.EncryptLast(s2, roundKey ^ Vector128.Load(data + 32)).Store(data + 32);
        Aes.EncryptLast(s3, roundKey ^ Vector128.Load(data + 48)).Store(data + 48);
        Aes.EncryptLast(s4, roundKey ^ Vector128.Load(data + 64)).Store(data + 64);
        Aes.EncryptLast(s5, roundKey ^ Vector128.Load(data + 80)).Store(data + 80);
        Aes.EncryptLast(s6, roundKey ^ Vector128.Load(data + 96)).Store(data + 96);
        Aes.EncryptLast(s7, roundKey ^ Vector128.Load(data + 112)).Store(data + 112);
    }
}
