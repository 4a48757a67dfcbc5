namespace Hpc.Crypto.Packets;

/// <summary>Where a frame (<c>uint32 packet_length, packet, tag</c>) is cut.</summary>
internal static class FrameLayout
{
    public const int LengthSize = 4;

    public static void RequireWhole(int sealedLength, int blockSize)
    {
        if (sealedLength <= 0 || sealedLength % blockSize != 0)
        {
            throw new ArgumentException("The frame is not padded to the cipher's block size.");
        }
    }

    public static bool IsWhole(int sealedLength, int blockSize) => sealedLength > 0 && sealedLength % blockSize == 0;
}
