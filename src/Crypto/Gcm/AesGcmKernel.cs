using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Gcm;

/// <summary>
/// AES-GCM (NIST SP 800-38D) with a nonce of 12 bytes, in place: AES-NI on eight blocks at a time beside a <see cref="Ghash"/> step for every
/// sixteen. The two have no dependency on each other within a step, so the CPU runs them at once. Constant time: AES and carry-less
/// multiplication are instructions, and branches depend on lengths alone.
/// </summary>
/// <remarks>
/// Unsafe because packets are hashed and encrypted where they lie at any alignment, and the key is a native block laid out by <see cref="AesGcmKey"/>.
/// AggressiveOptimization because a connection's first packets are as large as its last: no tier-0 code, and the measurement at start
/// sees what will run. AggressiveInlining because eight states have to stay in registers.
/// </remarks>
[SkipLocalsInit]
internal static unsafe partial class AesGcmKernel
{
    private const int GroupLength = 8 * 16;

    /// <summary>Encrypts and returns the tag.</summary>
    public static Vector128<byte> Seal<TKey>(byte* key, byte* nonce, byte* aad, nint aadLength, byte* data, nint length, bool useVaes)
        where TKey : struct, IAesKeySize
    {
        Vector128<uint> counter = FirstCounter(nonce);
        Vector128<ulong> y = HashAad(key, aad, aadLength);
        nint bulk = length & -(nint)Ghash.StepLength;
        if (bulk != 0)
        {
            y = SealSteps<TKey>(key, counter, y, data, bulk, useVaes);
        }

        byte* room = stackalloc byte[ScratchLength + ScratchAlignment];
        byte* scratch = Align(room);
        CryptTail<TKey>(key, scratch, counter, data + bulk, bulk, length - bulk);
        y = HashTail(key, scratch, y, data + bulk, length - bulk, aadLength, length);
        return Tag(scratch, y);
    }

    /// <summary>Decrypts and returns the tag that the packet should have had.</summary>
    public static Vector128<byte> Open<TKey>(byte* key, byte* nonce, byte* aad, nint aadLength, byte* data, nint length, bool useVaes)
        where TKey : struct, IAesKeySize
    {
        Vector128<uint> counter = FirstCounter(nonce);
        Vector128<ulong> y = HashAad(key, aad, aadLength);
        nint bulk = length & -(nint)Ghash.StepLength;
        if (bulk != 0)
        {
            Vector512<uint> counters = FourCounters(counter);
            y = useVaes
                ? VaesKernel.Steps(TKey.Rounds, key, counters, y, data, data + bulk, 0)
                : Steps<TKey>(key, counters, y, data, data + bulk, 0);
        }

        byte* room = stackalloc byte[ScratchLength + ScratchAlignment];
        byte* scratch = Align(room);
        y = HashTail(key, scratch, y, data + bulk, length - bulk, aadLength, length);
        CryptTail<TKey>(key, scratch, counter, data + bulk, bulk, length - bulk);
        return Tag(scratch, y);
    }

    // The first step has nothing to hash yet, the last ciphertext is hashed alone.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Vector128<ulong> SealSteps<TKey>(byte* key, Vector128<uint> counter, Vector128<ulong> y, byte* data, nint length, bool useVaes)
        where TKey : struct, IAesKeySize
    {
        byte* end = data + length;
        Vector512<uint> counters = FourCounters(counter);
        Crypt8<TKey>(key, counters, data);
        Crypt8<TKey>(key, counters + Eight, data + GroupLength);
        y = useVaes
            ? VaesKernel.Steps(TKey.Rounds, key, counters + Sixteen, y, data + Ghash.StepLength, end, -Ghash.StepLength)
            : Steps<TKey>(key, counters + Sixteen, y, data + Ghash.StepLength, end, -Ghash.StepLength);
        return Ghash.Step(y, end - Ghash.StepLength, key + AesGcmKey.PowersOffset);
    }

    /// <summary>
    /// Sixteen blocks a time. What is hashed lies <paramref name="hashed"/> bytes from what is encrypted or decrypted: sealing hashes what the
    /// step before has encrypted, opening what the step itself is about to decrypt.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<ulong> Steps<TKey>(byte* key, Vector512<uint> counters, Vector128<ulong> y, byte* data, byte* end, nint hashed)
        where TKey : struct, IAesKeySize
    {
        byte* powers = key + AesGcmKey.PowersOffset;
        for (; data != end; data += Ghash.StepLength)
        {
            byte* x = data + hashed;
            Vector512<ulong> x0 = Ghash.Reverse(Vector512.Load(x)) ^ Ghash.Widen(y);
            Vector512<ulong> x1 = Ghash.Reverse(Vector512.Load(x + 64));
            Vector512<ulong> h0 = Vector512.LoadAligned((ulong*)powers);
            Vector512<ulong> h1 = Vector512.LoadAligned((ulong*)(powers + 64));
            Vector512<ulong> low = Ghash.Low(x0, h0) ^ Ghash.Low(x1, h1);
            Vector512<ulong> middle = Ghash.Middle(x0, h0) ^ Ghash.Middle(x1, h1);
            Vector512<ulong> high = Ghash.High(x0, h0) ^ Ghash.High(x1, h1);
            Crypt8<TKey>(key, counters, data);

            Vector512<ulong> x2 = Ghash.Reverse(Vector512.Load(x + 128));
            Vector512<ulong> x3 = Ghash.Reverse(Vector512.Load(x + 192));
            Vector512<ulong> h2 = Vector512.LoadAligned((ulong*)(powers + 128));
            Vector512<ulong> h3 = Vector512.LoadAligned((ulong*)(powers + 192));
            low ^= Ghash.Low(x2, h2) ^ Ghash.Low(x3, h3);
            middle ^= Ghash.Middle(x2, h2) ^ Ghash.Middle(x3, h3);
            high ^= Ghash.High(x2, h2) ^ Ghash.High(x3, h3);
            y = Ghash.Reduce(low, middle, high);
            Crypt8<TKey>(key, counters + Eight, data + GroupLength);
            counters += Sixteen;
        }

        return y;
    }
}
