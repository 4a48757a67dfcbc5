using System.Diagnostics;
using System.Security.Cryptography;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Lanes;

/// <summary>A pass with every lane in use beside one packet of libcrypto's, both as long as a bulk transfer has them, for about two milliseconds.</summary>
/// <remarks>Unsafe because both sides take pointers.</remarks>
internal static unsafe class LaneMeasurement
{
    private const int PacketLength = 32 * 1024;

    // The fastest of so many: others on the machine can only make a round slower.
    private const int Rounds = 24;
    private const int WarmUpRounds = 2;

    /// <summary>How many packets libcrypto hashes in the time of one pass.</summary>
    public static double PassCost(LaneKernel kernel)
    {
        byte[] key = RandomNumberGenerator.GetBytes(Sha256Constants.DigestLength);
        byte[] packet = RandomNumberGenerator.GetBytes(PacketLength);
        byte[] tags = new byte[kernel.Lanes * Sha256Constants.DigestLength];
        using var lanes = new HmacLanes(kernel, key);
        using var plain = new PacketMac("SHA2-256", Sha256Constants.DigestLength, key);
        long pass = long.MaxValue;
        long single = long.MaxValue;
        fixed (byte* data = packet, tag = tags)
        {
            Span<LaneMessage> messages = stackalloc LaneMessage[kernel.Lanes];
            for (int lane = 0; lane < messages.Length; lane++)
            {
                messages[lane] = new LaneMessage((uint)lane, data, PacketLength, tag + (lane * Sha256Constants.DigestLength));
            }

            for (int round = -WarmUpRounds; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                lanes.MakeTags(messages);
                long middle = Stopwatch.GetTimestamp();
                plain.MakeTag(0, data, PacketLength, tag);
                long end = Stopwatch.GetTimestamp();
                if (round >= 0)
                {
                    pass = Math.Min(pass, middle - start);
                    single = Math.Min(single, end - middle);
                }
            }
        }

        return (double)pass / Math.Max(single, 1);
    }
}
