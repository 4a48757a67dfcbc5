using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>yescrypt (Alexander Peslyak, 2014–2018) as the <c>$y$</c> form of crypt(3) uses it.</summary>
internal static unsafe class Yescrypt
{
    private const int DigestLength = 32;

    /// <summary>The 32 bytes that are stored.</summary>
    public static void Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, YescryptParameters parameters, Span<byte> hash)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("yescrypt needs a little-endian processor.");
        }

        Span<byte> key = stackalloc byte[DigestLength];
        if (parameters.HasPrehash)
        {
            HMACSHA256.HashData("yescrypt-prehash"u8, password, key);
            Derive(key, salt, parameters with { BlocksLog2 = parameters.BlocksLog2 - 6, Time = 0 }, hash);
            HMACSHA256.HashData("yescrypt"u8, hash, key);
        }
        else
        {
            HMACSHA256.HashData("yescrypt"u8, password, key);
        }

        Derive(key, salt, parameters, hash);

        // As in SCRAM (RFC 5802 §3): what is stored is the digest of what a client would hold.
        HMACSHA256.HashData(hash, "Client Key"u8, key);
        SHA256.HashData(key, hash);
        CryptographicOperations.ZeroMemory(key);
    }

    private static void Derive(Span<byte> key, ReadOnlySpan<byte> salt, YescryptParameters parameters, Span<byte> derived)
    {
        int blockLength = 128 * parameters.BlockSize;
        nuint input = (nuint)blockLength * (nuint)parameters.Lanes;
        nuint boxes = (nuint)YescryptMixer.BoxesLength * (nuint)parameters.Lanes;
        nuint total = (nuint)parameters.Memory + input + boxes + (nuint)blockLength;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(total, 64);
        if (memory == null)
        {
            throw new InsufficientMemoryException("There is no memory for a yescrypt hash.");
        }

        try
        {
            byte* lanes = memory + (nuint)parameters.Memory;
            var lanesSpan = new Span<byte>(lanes, (int)input);
            Pbkdf2(key, salt, lanesSpan);
            lanesSpan[..DigestLength].CopyTo(key);
            Mix(new YescryptMixer(memory, lanes + input + boxes, parameters.BlockSize), lanes, lanes + input, parameters, key);
            Pbkdf2(key, lanesSpan, derived);
        }
        finally
        {
            NativeMemory.Clear(memory, total);
            NativeMemory.AlignedFree(memory);
        }
    }

    private static void Mix(YescryptMixer mixer, byte* lanes, byte* boxes, YescryptParameters parameters, Span<byte> key)
    {
        int chunk = parameters.Blocks / parameters.Lanes;
        long loops = parameters.Time switch
        {
            0 => (chunk + 2L) / 3,
            1 => ((2L * chunk) + 2) / 3,
            _ => (long)chunk * (parameters.Time - 1),
        };
        long writingLoops = RoundUpToEven(loops / parameters.Lanes);
        loops = RoundUpToEven(loops);
        chunk &= ~1;

        int blockLength = 128 * parameters.BlockSize;
        var states = stackalloc YescryptBoxes[parameters.Lanes];
        for (int lane = 0; lane < parameters.Lanes; lane++)
        {
            byte* block = lanes + ((long)lane * blockLength);
            long first = (long)lane * chunk;
            int count = lane < parameters.Lanes - 1 ? chunk : (int)(parameters.Blocks - first);
            byte* box = boxes + ((long)lane * YescryptMixer.BoxesLength);
            YescryptMixer.FillBoxes(block, box);
            states[lane] = new YescryptBoxes(box);
            if (lane == 0)
            {
                var last = new ReadOnlySpan<byte>(block + blockLength - 64, 64);
                HMACSHA256.HashData(last, key, key);
            }

            mixer.Fill(block, first, count, ref states[lane]);
            mixer.Walk(block, first, PowerOfTwoBelow(count), writingLoops, writes: true, ref states[lane]);
        }

        for (int lane = 0; lane < parameters.Lanes; lane++)
        {
            mixer.Walk(lanes + ((long)lane * blockLength), 0, parameters.Blocks, loops - writingLoops, writes: false, ref states[lane]);
        }
    }

    private static void Pbkdf2(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, Span<byte> output) =>
        Rfc2898DeriveBytes.Pbkdf2(key, salt, output, 1, HashAlgorithmName.SHA256);

    private static long RoundUpToEven(long value) => (value + 1) & ~1L;

    private static int PowerOfTwoBelow(int value) => 1 << System.Numerics.BitOperations.Log2((uint)value);
}
