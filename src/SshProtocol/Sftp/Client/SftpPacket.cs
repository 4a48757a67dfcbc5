using System.Buffers;
using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.SshProtocol.Sftp.Client;

/// <summary>A reply in a rented array. Whoever awaited it disposes it, once.</summary>
internal readonly struct SftpPacket(byte[] rented, SftpMessageType type, int length) : IDisposable
{
    public SftpMessageType Type => type;

    /// <summary>What follows the id.</summary>
    public ReadOnlyMemory<byte> Body => rented.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
}
