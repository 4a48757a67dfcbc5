using System.Diagnostics;
using System.Security.Cryptography;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Gcm;

/// <summary>Both implementations side by side on packets as a bulk transfer has them, for about a millisecond.</summary>
internal static class GcmMeasurement
{
    private const int PacketLength = 32 * 1024;

    // The fastest of so many: others on the machine can only make a round slower.
    private const int Rounds = 32;
    private const int WarmUpRounds = 2;

    public static bool ManagedIsFaster(int keyLength)
    {
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(GcmNonce.Length);
        byte[] frame = GC.AllocateArray<byte>(FrameLayout.LengthSize + PacketLength + 16, pinned: true);
        using var ourSealer = new ManagedGcmPacketSealer(key, iv);
        using var ourOpener = new ManagedGcmPacketOpener(key, iv);
        using var theirSealer = new GcmPacketSealer(GcmImplementation.EvpName(keyLength), key, iv);
        using var theirOpener = new GcmPacketOpener(GcmImplementation.EvpName(keyLength), key, iv);
        long ours = long.MaxValue;
        long theirs = long.MaxValue;
        for (int round = -WarmUpRounds; round < Rounds; round++)
        {
            long our = Round(ourSealer, ourOpener, frame);
            long their = Round(theirSealer, theirOpener, frame);
            if (round >= 0)
            {
                ours = Math.Min(ours, our);
                theirs = Math.Min(theirs, their);
            }
        }

        return ours < theirs;
    }

    private static long Round(PacketSealer sealer, PacketOpener opener, byte[] frame)
    {
        long start = Stopwatch.GetTimestamp();
        sealer.Seal(0, frame);
        bool verified = opener.Open(0, frame);
        long elapsed = Stopwatch.GetTimestamp() - start;
        return verified ? elapsed : throw new CryptographicException("AES-GCM refused its own packet.");
    }
}
