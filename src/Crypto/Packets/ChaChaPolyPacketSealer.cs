namespace Hpc.Crypto.Packets;

/// <summary>chacha20-poly1305@openssh.com.</summary>
internal sealed unsafe class ChaChaPolyPacketSealer(ReadOnlySpan<byte> key, bool isManaged = false) : PacketSealer
{
    private readonly ChaChaPolyCore _core = new(key, isManaged);

    public override int BlockSize => ChaChaPolyCore.BlockSize;

    public override int TagLength => ChaChaPolyCore.TagLength;

    public override bool PadsLength => false;

    public override void Seal(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        FrameLayout.RequireWhole(length, BlockSize);
        fixed (byte* start = frame)
        {
            _core.CryptLength(sequence, start, start);
            _core.Seal(sequence, start, length);
        }
    }

    protected override void Dispose(bool disposing) => _core.Dispose();
}
