using System.Text;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Client;

internal sealed partial class SftpClient
{
    public async Task<SftpRemoteFile> OpenAsync(string path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        ReadOnlyMemory<byte> fields = new SftpFieldWriter().Path(path).UInt32(ToWire(flags)).Attributes(new AttributeChanges { Permissions = permissions }).Fields;
        using SftpPacket packet = await AskAsync(SftpMessageType.Open, fields, SftpMessageType.Handle, ct).ConfigureAwait(false);
        return new SftpRemoteFile(this, ReadString(packet));
    }

    public Task<EntryAttributes> StatAsync(string path, CancellationToken ct) =>
        AskAttributesAsync(SftpMessageType.Stat, new SftpFieldWriter().Path(path).Fields, ct);

    public Task<EntryAttributes> LinkStatAsync(string path, CancellationToken ct) =>
        AskAttributesAsync(SftpMessageType.LinkStat, new SftpFieldWriter().Path(path).Fields, ct);

    public Task SetStatAsync(string path, AttributeChanges changes, CancellationToken ct) =>
        DoAsync(SftpMessageType.SetStat, new SftpFieldWriter().Path(path).Attributes(changes).Fields, ct);

    public Task RemoveAsync(string path, CancellationToken ct) => DoAsync(SftpMessageType.Remove, new SftpFieldWriter().Path(path).Fields, ct);

    public Task MakeDirectoryAsync(string path, uint? permissions, CancellationToken ct) =>
        DoAsync(SftpMessageType.MakeDirectory, new SftpFieldWriter().Path(path).Attributes(new AttributeChanges { Permissions = permissions }).Fields, ct);

    public Task RemoveDirectoryAsync(string path, CancellationToken ct) =>
        DoAsync(SftpMessageType.RemoveDirectory, new SftpFieldWriter().Path(path).Fields, ct);

    public Task RenameAsync(string from, string to, RenameMode mode, CancellationToken ct) => mode == RenameMode.NoReplace
        ? DoAsync(SftpMessageType.Rename, new SftpFieldWriter().Path(from).Path(to).Fields, ct)
        : DoAsync(SftpMessageType.Extended, new SftpFieldWriter().Path("posix-rename@openssh.com").Path(from).Path(to).Fields, ct);

    /// <summary>Creates a symbolic link (arguments as OpenSSH sends them).</summary>
    public Task CreateSymbolicLinkAsync(string link, string target, CancellationToken ct) =>
        DoAsync(SftpMessageType.SymbolicLink, new SftpFieldWriter().Path(target).Path(link).Fields, ct);

    public Task CreateHardLinkAsync(string existing, string link, CancellationToken ct) =>
        DoAsync(SftpMessageType.Extended, new SftpFieldWriter().Path("hardlink@openssh.com").Path(existing).Path(link).Fields, ct);

    public Task<string> RealPathAsync(string path, CancellationToken ct) =>
        AskNameAsync(SftpMessageType.RealPath, new SftpFieldWriter().Path(path).Fields, ct);

    public Task<string> ReadSymbolicLinkAsync(string path, CancellationToken ct) =>
        AskNameAsync(SftpMessageType.ReadLink, new SftpFieldWriter().Path(path).Fields, ct);

    /// <summary>Sends an extended request and returns what its EXTENDED_REPLY carries.</summary>
    public async Task<byte[]> ExtendedAsync(string name, ReadOnlyMemory<byte> fields, CancellationToken ct)
    {
        byte[] request = [.. new SftpFieldWriter().Path(name).Fields.Span, .. fields.Span];
        using SftpPacket packet = await AskAsync(SftpMessageType.Extended, request, SftpMessageType.ExtendedReply, ct).ConfigureAwait(false);
        return packet.Body.ToArray();
    }

    /// <summary>Everything in a directory, <c>.</c> and <c>..</c> included where the server sends them.</summary>
    public async Task<List<SftpListEntry>> ListAsync(string path, CancellationToken ct)
    {
        byte[] handle;
        using (SftpPacket opened = await AskAsync(SftpMessageType.OpenDirectory, new SftpFieldWriter().Path(path).Fields, SftpMessageType.Handle, ct).ConfigureAwait(false))
        {
            handle = ReadString(opened);
        }

        var entries = new List<SftpListEntry>();
        ReadOnlyMemory<byte> fields = new SftpFieldWriter().Bytes(handle).Fields;
        try
        {
            while (true)
            {
                using SftpPacket packet = await AskAsync(SftpMessageType.ReadDirectory, fields, SftpMessageType.Name, ct).ConfigureAwait(false);
                ReadNames(packet, entries);
            }
        }
        catch (SftpClientException exception) when (exception.Status == SftpStatus.EndOfFile)
        {
            await DoAsync(SftpMessageType.Close, fields, ct).ConfigureAwait(false);
        }

        return entries;
    }

    internal async Task<EntryAttributes> AskAttributesAsync(SftpMessageType type, ReadOnlyMemory<byte> fields, CancellationToken ct)
    {
        using SftpPacket packet = await AskAsync(type, fields, SftpMessageType.Attributes, ct).ConfigureAwait(false);
        var reader = new WireReader(packet.Body.Span);
        return SftpAttributes.TryReadEntry(ref reader, out EntryAttributes attributes) ? attributes : throw Malformed();
    }

    private async Task<string> AskNameAsync(SftpMessageType type, ReadOnlyMemory<byte> fields, CancellationToken ct)
    {
        using SftpPacket packet = await AskAsync(type, fields, SftpMessageType.Name, ct).ConfigureAwait(false);
        var entries = new List<SftpListEntry>(1);
        ReadNames(packet, entries);
        return entries.Count == 1 ? entries[0].Name : throw Malformed();
    }

    private static void ReadNames(SftpPacket packet, List<SftpListEntry> entries)
    {
        var reader = new WireReader(packet.Body.Span);
        if (!reader.TryReadUInt32(out uint count))
        {
            throw Malformed();
        }

        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> name) || !reader.TryReadString(out ReadOnlySpan<byte> longName)
                || !SftpAttributes.TryReadEntry(ref reader, out EntryAttributes attributes))
            {
                throw Malformed();
            }

            entries.Add(new SftpListEntry(PathText.Decode(name), Encoding.UTF8.GetString(longName), attributes));
        }
    }

    private static byte[] ReadString(SftpPacket packet)
    {
        var reader = new WireReader(packet.Body.Span);
        return reader.TryReadString(out ReadOnlySpan<byte> value) ? value.ToArray() : throw Malformed();
    }

    private static InvalidDataException Malformed() => new("The server sent a malformed SFTP reply.");

    private static uint ToWire(OpenFlags flags) =>
        (flags.HasFlag(OpenFlags.Read) ? 1u : 0) | (flags.HasFlag(OpenFlags.Write) ? 2u : 0) | (flags.HasFlag(OpenFlags.Append) ? 4u : 0)
        | (flags.HasFlag(OpenFlags.Create) ? 8u : 0) | (flags.HasFlag(OpenFlags.Truncate) ? 16u : 0) | (flags.HasFlag(OpenFlags.Exclusive) ? 32u : 0);
}
