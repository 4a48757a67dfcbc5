namespace Hpc.Crypto.Lanes;

/// <summary>What one packet's MAC covers (<c>uint32 sequence_number || data</c>), and where the tag goes.</summary>
/// <remarks>Unsafe because packets are hashed where they lie.</remarks>
internal readonly unsafe struct LaneMessage(uint sequence, byte* data, int length, byte* tag)
{
    public readonly uint Sequence = sequence;
    public readonly byte* Data = data;
    public readonly int Length = length;
    public readonly byte* Tag = tag;

    /// <summary>The same packet with room for its tag.</summary>
    public LaneMessage WithTag(byte* room) => new(Sequence, Data, Length, room);

    /// <summary>Blocks that SHA-256 takes for it, the end mark included.</summary>
    public int Blocks => (sizeof(uint) + Length + 1 + sizeof(ulong) + Sha256Constants.BlockLength - 1) / Sha256Constants.BlockLength;
}
