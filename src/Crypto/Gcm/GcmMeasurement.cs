using System.Diagnostics;
using System.Security.Cryptography;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Gcm;

/// <summary>The implementations side by side on packets as a bulk transfer has them, for about a millisecond.</summary>
internal static class GcmMeasurement
{
    private const int PacketLength = 32 * 1024;

    // The fastest of so many: others on the machine can only make a round slower.
    private const int Rounds = 32;
    private const int WarmUpRounds = 2;

    public static GcmTimes Measure(int keyLength, bool withVaes)
    {
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(GcmNonce.Length);
        byte[] frame = GC.AllocateArray<byte>(FrameLayout.LengthSize + PacketLength + 16, pinned: true);
        using var managedSealer = new ManagedGcmPacketSealer(key, iv);
        using var managedOpener = new ManagedGcmPacketOpener(key, iv);
        using var vaesSealer = new ManagedGcmPacketSealer(key, iv, withVaes);
        using var vaesOpener = new ManagedGcmPacketOpener(key, iv, withVaes);
        using var evpSealer = new GcmPacketSealer(GcmImplementation.EvpName(keyLength), key, iv);
        using var evpOpener = new GcmPacketOpener(GcmImplementation.EvpName(keyLength), key, iv);
        vaesSealer.TrustPeer();
        vaesOpener.TrustPeer();
        (long libCrypto, long managed, long vaes) = (long.MaxValue, long.MaxValue, long.MaxValue);
        for (int round = -WarmUpRounds; round < Rounds; round++)
        {
            long byLibCrypto = Round(evpSealer, evpOpener, frame);
            long byManaged = Round(managedSealer, managedOpener, frame);
            long byVaes = withVaes ? Round(vaesSealer, vaesOpener, frame) : long.MaxValue;
            if (round >= 0)
            {
                (libCrypto, managed, vaes) = (Math.Min(libCrypto, byLibCrypto), Math.Min(managed, byManaged), Math.Min(vaes, byVaes));
            }
        }

        return new GcmTimes(libCrypto, managed, vaes);
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
