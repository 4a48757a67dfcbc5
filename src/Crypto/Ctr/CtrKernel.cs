using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hpc.Crypto.Gcm;

namespace Hpc.Crypto.Ctr;

/// <summary>Loads <see cref="CtrCode"/> once per process where <see cref="VaesKernel"/> runs, and runs it.</summary>
/// <remarks>Unsafe because it calls machine code on native memory.</remarks>
internal static unsafe class CtrKernel
{
    private const int BlockLength = 16;
    private const int LaneBlocks = 4;

    // A collection waits for a call without a transition, so only short ones go without.
    private const nint ShortLength = 16 * 1024;

    private static readonly Functions Loaded = Load();

    public static bool IsSupported => Loaded.Steps10 is not null;

    /// <summary>Encrypts (or decrypts, which is the same) whole blocks and counts them.</summary>
    public static void Apply(byte* key, int rounds, ref UInt128 counter, byte* data, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % BlockLength, 0, nameof(length));

        // The code counts in 64 of the 128 bits. Where they would carry, each block is a call of its own.
        int blocks = length / BlockLength;
        if ((ulong)counter > ulong.MaxValue - (ulong)blocks - (CtrCode.StepLength / BlockLength))
        {
            for (int i = 0; i < blocks; i++)
            {
                ApplyPart(key, rounds, counter, data + (i * BlockLength), BlockLength);
                counter++;
            }

            return;
        }

        int bulk = length & -CtrCode.StepLength;
        if (bulk != 0)
        {
            Run(key, rounds, counter, data, data + bulk);
        }

        if (bulk != length)
        {
            ApplyPart(key, rounds, counter + (UInt128)(bulk / BlockLength), data + bulk, length - bulk);
        }

        counter += (UInt128)blocks;
    }

    // Less than a step: its key stream is made beside it.
    [SkipLocalsInit]
    private static void ApplyPart(byte* key, int rounds, UInt128 counter, byte* data, int length)
    {
        byte* stream = stackalloc byte[CtrCode.StepLength];
        new Span<byte>(stream, CtrCode.StepLength).Clear();
        Run(key, rounds, counter, stream, stream + CtrCode.StepLength);
        for (int at = 0; at < length; at += BlockLength)
        {
            (Vector128.Load(data + at) ^ Vector128.Load(stream + at)).Store(data + at);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(stream, CtrCode.StepLength));
    }

    [SkipLocalsInit]
    private static void Run(byte* key, int rounds, UInt128 counter, byte* data, byte* end)
    {
        ulong* counters = stackalloc ulong[2 * LaneBlocks];
        for (int lane = 0; lane < LaneBlocks; lane++)
        {
            UInt128 value = counter + (UInt128)lane;
            counters[2 * lane] = (ulong)value;
            counters[(2 * lane) + 1] = (ulong)(value >> 64);
        }

        void* steps = rounds == Aes128.Rounds ? Loaded.Steps10 : Loaded.Steps14;
        if (end - data <= ShortLength)
        {
            ((delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, ulong*, byte*, void>)steps)(key, data, end, counters, Loaded.Constants);
        }
        else
        {
            ((delegate* unmanaged<byte*, byte*, byte*, ulong*, byte*, void>)steps)(key, data, end, counters, Loaded.Constants);
        }
    }

    private static Functions Load()
    {
        if (!VaesKernel.IsSupported)
        {
            return default;
        }

        void* steps10 = ExecutableCode.TryLoad(CtrCode.Assemble(Aes128.Rounds));
        void* steps14 = ExecutableCode.TryLoad(CtrCode.Assemble(Aes256.Rounds));
        return steps10 is null || steps14 is null ? default : new Functions { Steps10 = steps10, Steps14 = steps14, Constants = MakeConstants() };
    }

    private static byte* MakeConstants()
    {
        var constants = (byte*)NativeMemory.AlignedAlloc(CtrCode.ConstantsLength, 64);
        Ghash.ReverseOrder.Store(constants + CtrCode.ReverseOffset);
        Vector512.Create(4ul, 0, 4, 0, 4, 0, 4, 0).Store((ulong*)(constants + CtrCode.FourOffset));
        return constants;
    }

    private struct Functions
    {
        public void* Steps10;
        public void* Steps14;
        public byte* Constants;
    }
}
