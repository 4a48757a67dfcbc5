using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp;

/// <summary>What SETSTAT and FSETSTAT do (<c>setstat_mode</c>).</summary>
public enum SetStatMode
{
    /// <summary>Apply what is asked.</summary>
    Apply = 0,

    /// <summary>Answer success and change nothing.</summary>
    Ignore = 1,

    /// <summary>Apply what is asked; answer success where the storage cannot do it at all.</summary>
    IgnoreUnsupported = 2,
}

/// <summary>Options of the SFTP server for one session.</summary>
public sealed record SftpServerOptions
{
    /// <summary>Files and directories that one SFTP session may have open at a time.</summary>
    public int MaxHandles { get; init; } = 1024;

    /// <summary>READs taken from the channel before they are answered; further requests wait in the channel.</summary>
    public int MaxQueuedReads { get; init; } = 128;

    /// <summary>What SETSTAT and FSETSTAT do.</summary>
    public SetStatMode SetStatMode { get; init; } = SetStatMode.Apply;

    /// <summary>Directory that relative paths and <c>~</c> begin at.</summary>
    public VirtualPath StartDirectory { get; init; } = VirtualPath.Root;

    /// <summary>Name of the user, known to the user alone: shown for entries of <see cref="UserId"/> and accepted by home-directory.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Numeric owner that is shown as <see cref="UserName"/>; null shows numbers only.</summary>
    public uint? UserId { get; init; }

    /// <summary>Numeric group that is shown as <see cref="UserName"/>; null shows numbers only.</summary>
    public uint? GroupId { get; init; }

    /// <summary>Product version for vendor-id.</summary>
    public string ProductVersion { get; init; } = "0.1.0";

    /// <summary>The clock and the time zone of listings.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
