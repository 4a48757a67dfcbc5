using System.Diagnostics;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Ctr;

/// <summary>Both implementations side by side on packets as a bulk transfer has them, for less than a millisecond.</summary>
/// <remarks>Unsafe because both sides take pointers.</remarks>
internal static unsafe class CtrMeasurement
{
    private const int PacketLength = 32 * 1024;

    // The fastest of so many: others on the machine can only make a round slower.
    private const int Rounds = 32;
    private const int WarmUpRounds = 2;

    /// <summary>True if <see cref="CtrKernel"/> is faster than libcrypto.</summary>
    public static bool IsFaster()
    {
        byte[] keyBytes = RandomNumberGenerator.GetBytes(16);
        byte[] iv = RandomNumberGenerator.GetBytes(16);
        byte[] packet = RandomNumberGenerator.GetBytes(PacketLength);
        using var key = new CtrKey(keyBytes);
        using var reference = new CipherContext("AES-128-CTR", keyBytes, iv, encrypt: true);
        UInt128 counter = 0;
        (long ours, long theirs) = (long.MaxValue, long.MaxValue);
        fixed (byte* data = packet)
        {
            for (int round = -WarmUpRounds; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                key.Apply(ref counter, data, PacketLength);
                long middle = Stopwatch.GetTimestamp();
                reference.Apply(data, data, PacketLength);
                long end = Stopwatch.GetTimestamp();
                if (round >= 0)
                {
                    (ours, theirs) = (Math.Min(ours, middle - start), Math.Min(theirs, end - middle));
                }
            }
        }

        return ours < theirs;
    }
}
