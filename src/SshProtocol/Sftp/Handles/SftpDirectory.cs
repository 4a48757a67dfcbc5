using Hpc.SshProtocol.Sftp.Operations;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Handles;

/// <summary>An open directory: entries that were read and did not fit the last reply wait in <see cref="Pending"/> from <see cref="Next"/> on.</summary>
internal sealed class SftpDirectory(VirtualPath path, IDirectoryReader reader) : SftpHandle(path)
{
    public IDirectoryReader Reader { get; } = reader;

    /// <summary>Where a reader that streams puts its entries; made at the first READDIR.</summary>
    public DirectoryReply? Reply { get; set; }

    public List<DirectoryEntry> Pending { get; } = [];

    public int Next { get; set; }

    public bool DotsWereAdded { get; set; }

    public bool IsAtEnd { get; set; }

    public override async ValueTask<StorageResult> CloseAsync()
    {
        await Reader.DisposeAsync().ConfigureAwait(false);
        return StorageResult.Success;
    }

    public override ValueTask AbandonAsync() => Reader.DisposeAsync();
}
