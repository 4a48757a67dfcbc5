using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Tests.Lanes;

/// <summary>Every kernel that this CPU runs, and HMAC-SHA-256 by the class library beside it.</summary>
internal static unsafe class LaneTestSupport
{
    public static IReadOnlyList<LaneKernel> Kernels { get; } =
        [.. new[] { Sha256Avx512.IsSupported ? LaneKernel.Avx512 : null, Sha256Avx2.IsSupported ? LaneKernel.Avx2 : null }.OfType<LaneKernel>()];

    /// <summary>Makes the right tags but for one bit of one lane.</summary>
    public static LaneKernel Faulty { get; } = new("faulty", Sha256Avx2.Lanes, &CompressWrongly);

    /// <summary>Lanes whatever is measured, so that tests take the same way on every machine.</summary>
    public static LaneChoice Always(LaneKernel kernel) => new(kernel, 0, kernel.Name);

    public static byte[][] MakeTags(HmacLanes lanes, uint sequence, byte[][] messages)
    {
        byte[] tags = new byte[messages.Length * 32];
        byte[] data = messages.SelectMany(message => message).Append((byte)0).ToArray();
        Span<LaneMessage> described = stackalloc LaneMessage[messages.Length];
        fixed (byte* start = data, tag = tags)
        {
            byte* at = start;
            for (int i = 0; i < messages.Length; i++)
            {
                described[i] = new LaneMessage(unchecked(sequence + (uint)i), at, messages[i].Length, tag + (i * 32));
                at += messages[i].Length;
            }

            lanes.MakeTags(described);
        }

        return tags.Chunk(32).ToArray();
    }

    public static byte[] Expected(byte[] key, uint sequence, byte[] message)
    {
        byte[] covered = new byte[4 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(covered, sequence);
        message.CopyTo(covered, 4);
        return HMACSHA256.HashData(key, covered);
    }

    private static void CompressWrongly(uint* state, byte** positions, nint blocks)
    {
        Sha256Avx2.Compress(state, positions, blocks);
        state[5] ^= 1;
    }
}
