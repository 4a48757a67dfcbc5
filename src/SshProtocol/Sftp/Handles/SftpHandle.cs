using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Handles;

/// <summary>What a handle string of a session stands for: an open file or an open directory.</summary>
internal abstract class SftpHandle(VirtualPath path)
{
    public VirtualPath Path { get; } = path;

    /// <summary>The client closed it: what it wrote is whole.</summary>
    public abstract ValueTask<StorageResult> CloseAsync();

    /// <summary>The session ended before the client closed it: what it wrote is not known to be whole.</summary>
    public abstract ValueTask AbandonAsync();
}
