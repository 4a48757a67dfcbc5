using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Hpc.Crypto.Gcm;

/// <summary>Loads <see cref="VaesCode"/> once per process where CPU and system have what it takes, and runs it.</summary>
/// <remarks>Unsafe because it calls machine code on native memory.</remarks>
internal static unsafe class VaesKernel
{
    // CPUID leaf 7, ECX.
    private const int Vaes = 1 << 9;
    private const int Vpclmulqdq = 1 << 10;

    // A collection waits for a call without a transition, so only short ones go without.
    private const nint ShortLength = 16 * 1024;

    private static readonly Functions Loaded = Load();

    public static bool IsSupported => Loaded.Steps10 is not null;

    /// <summary>Steps from <paramref name="data"/> to <paramref name="end"/>, as the managed loop does them; returns the hash.</summary>
    public static Vector128<ulong> Steps(int rounds, byte* key, Vector512<uint> counters, Vector128<ulong> y, byte* data, byte* end, nint hashed)
    {
        if (data == end)
        {
            return y;
        }

        byte* state = stackalloc byte[VaesCode.StateLength];
        counters.Store((uint*)(state + VaesCode.CountersOffset));
        Ghash.Widen(y).Store((ulong*)(state + VaesCode.HashOffset));
        void* steps = rounds == Aes128.Rounds ? Loaded.Steps10 : Loaded.Steps14;
        if (end - data <= ShortLength)
        {
            ((delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, nint, byte*, byte*, void>)steps)(key, data, end, hashed, state, Loaded.Constants);
        }
        else
        {
            ((delegate* unmanaged<byte*, byte*, byte*, nint, byte*, byte*, void>)steps)(key, data, end, hashed, state, Loaded.Constants);
        }

        Vector128<ulong> hash = Vector128.Load((ulong*)(state + VaesCode.HashOffset));
        CryptographicOperations.ZeroMemory(new Span<byte>(state, VaesCode.StateLength));
        return hash;
    }

    private static Functions Load()
    {
        if (!OperatingSystem.IsLinux() || !AesGcmKey.IsSupported || (X86Base.CpuId(7, 0).Ecx & (Vaes | Vpclmulqdq)) != (Vaes | Vpclmulqdq))
        {
            return default;
        }

        void* steps10 = ExecutableCode.TryLoad(VaesCode.Assemble(Aes128.Rounds));
        void* steps14 = ExecutableCode.TryLoad(VaesCode.Assemble(Aes256.Rounds));
        return steps10 is null || steps14 is null ? default : new Functions { Steps10 = steps10, Steps14 = steps14, Constants = MakeConstants() };
    }

    private static byte* MakeConstants()
    {
        var constants = (byte*)NativeMemory.AlignedAlloc(VaesCode.ConstantsLength, 64);
        AesGcmKernel.CounterOrder.Store(constants + VaesCode.CounterOrderOffset);
        Ghash.ReverseOrder.Store(constants + VaesCode.ReverseOffset);
        AesGcmKernel.Four.Store((uint*)(constants + VaesCode.FourOffset));
        Vector512.Create(Ghash.Polynomial).Store((ulong*)(constants + VaesCode.PolynomialOffset));
        return constants;
    }

    private struct Functions
    {
        public void* Steps10;
        public void* Steps14;
        public byte* Constants;
    }
}
