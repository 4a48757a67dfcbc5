using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Handles;

/// <summary>An open file with its live figures.</summary>
internal sealed class SftpFile(VirtualPath path, IFileHandle file, OpenFlags flags, TransferMeter transfer) : SftpHandle(path)
{
    public IFileHandle File { get; } = file;

    public TransferMeter Transfer { get; } = transfer;

    public bool CanRead { get; } = (flags & OpenFlags.Read) != 0;

    public bool CanWrite { get; } = (flags & (OpenFlags.Write | OpenFlags.Append)) != 0;

    public bool IsAppending { get; } = (flags & OpenFlags.Append) != 0;

    public override ValueTask<StorageResult> CloseAsync() => File.CloseAsync();

    public override ValueTask AbandonAsync() => File.DisposeAsync();
}
