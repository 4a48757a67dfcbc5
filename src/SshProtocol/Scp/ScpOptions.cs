using Hpc.SshProtocol.Sftp;
using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

/// <summary>What an SCP transfer is told of its session.</summary>
internal sealed record ScpOptions
{
    /// <summary>Depth of directories in one transfer; more is a loop or an attack.</summary>
    public const int MaxDepth = 64;

    /// <summary>Where relative paths begin.</summary>
    public VirtualPath StartDirectory { get; init; } = VirtualPath.Root;

    /// <summary>What becomes of modes and times that a peer sends with -p.</summary>
    public SetStatMode SetStatMode { get; init; }

    /// <summary>What the root directory is called when it is sent: as the user, like a home directory.</summary>
    public string UserName { get; init; } = "";
}
