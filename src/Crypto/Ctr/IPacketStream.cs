namespace Hpc.Crypto.Ctr;

/// <summary>A cipher without authentication, whose state goes on from packet to packet (RFC 4344 §4, RFC 4253 §6.3).</summary>
/// <remarks>Unsafe because packets are encrypted where they lie.</remarks>
internal unsafe interface IPacketStream : IDisposable
{
    /// <summary>Encrypts or decrypts whole blocks in place.</summary>
    void Apply(byte* data, int length);

    /// <summary>See <see cref="Packets.PacketSealer.TrustPeer"/>.</summary>
    void TrustPeer();
}
