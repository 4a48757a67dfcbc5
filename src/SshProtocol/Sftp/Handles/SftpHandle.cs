using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Handles;

/// <summary>What a handle string of a session stands for: an open file or an open directory.</summary>
internal abstract class SftpHandle(VirtualPath path)
{
    public VirtualPath Path { get; } = path;

    public abstract ValueTask<StorageResult> CloseAsync();
}
