using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Exec;

/// <summary>What a command works with: its words, the user's files, and what stood on stdin where it reads that.</summary>
internal sealed class ExecContext(SessionGrant grant, BlockPool pool, List<byte[]> words)
{
    public SessionGrant Grant { get; } = grant;

    public IFileSystem Files { get; } = grant.FilesFor("SSH");

    public BlockPool Pool { get; } = pool;

    public VirtualPath StartDirectory => Grant.StartDirectory;

    /// <summary>Words after the name of the command.</summary>
    public IReadOnlyList<byte[]> Arguments { get; } = words[1..];

    public byte[] Input { get; set; } = [];
}
