namespace Hpc.SshProtocol.Sftp;

/// <summary>Options of the SFTP server for one session.</summary>
public sealed record SftpServerOptions
{
    /// <summary>Files and directories that one SFTP session may have open at a time.</summary>
    public int MaxHandles { get; init; } = 1024;

    /// <summary>READs taken from the channel before they are answered; further requests wait in the channel.</summary>
    public int MaxQueuedReads { get; init; } = 128;

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
