using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Client;

/// <summary>A file open on the server. Several reads and writes may be outstanding.</summary>
internal sealed class SftpRemoteFile(SftpClient client, byte[] handle)
{
    public byte[] Handle => handle;

    /// <summary>Sends a READ; the reply is DATA or a STATUS.</summary>
    public ValueTask<Task<SftpPacket>> SendReadAsync(long offset, int length, CancellationToken ct) =>
        client.SendAsync(SftpMessageType.Read, new SftpFieldWriter().Bytes(handle).UInt64((ulong)offset).UInt32((uint)length).Fields, default, ct);

    /// <summary>Sends a WRITE; the data is free again when this completes, the reply is a STATUS.</summary>
    public ValueTask<Task<SftpPacket>> SendWriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        client.SendAsync(SftpMessageType.Write, new SftpFieldWriter().Bytes(handle).UInt64((ulong)offset).UInt32((uint)data.Length).Fields, data, ct);

    /// <summary>Reads once; 0 at the end of the file.</summary>
    public async Task<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        Task<SftpPacket> reply = await SendReadAsync(offset, buffer.Length, ct).ConfigureAwait(false);
        using SftpPacket packet = await reply.WaitAsync(ct).ConfigureAwait(false);
        return CopyData(packet, buffer.Span);
    }

    public async Task WriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        Task<SftpPacket> reply = await SendWriteAsync(offset, data, ct).ConfigureAwait(false);
        using SftpPacket packet = await reply.WaitAsync(ct).ConfigureAwait(false);
        SftpClient.ThrowUnlessOk(packet);
    }

    public Task<EntryAttributes> StatAsync(CancellationToken ct) =>
        client.AskAttributesAsync(SftpMessageType.HandleStat, new SftpFieldWriter().Bytes(handle).Fields, ct);

    public Task SetStatAsync(AttributeChanges changes, CancellationToken ct) =>
        client.DoAsync(SftpMessageType.HandleSetStat, new SftpFieldWriter().Bytes(handle).Attributes(changes).Fields, ct);

    public Task SyncAsync(CancellationToken ct) =>
        client.DoAsync(SftpMessageType.Extended, new SftpFieldWriter().Path("fsync@openssh.com").Bytes(handle).Fields, ct);

    public Task CloseAsync(CancellationToken ct) => client.DoAsync(SftpMessageType.Close, new SftpFieldWriter().Bytes(handle).Fields, ct);

    /// <summary>Takes the data out of a reply to READ; 0 at the end of the file.</summary>
    internal static int CopyData(SftpPacket packet, Span<byte> buffer)
    {
        if (packet.Type == SftpMessageType.Data)
        {
            var reader = new WireReader(packet.Body.Span);
            if (!reader.TryReadString(out ReadOnlySpan<byte> data) || data.Length > buffer.Length)
            {
                throw new InvalidDataException("The server sent a malformed SFTP reply.");
            }

            data.CopyTo(buffer);
            return data.Length;
        }

        SftpClientException exception = SftpClient.ToException(packet);
        return exception.Status == SftpStatus.EndOfFile ? 0 : throw exception;
    }
}
