namespace Hpc.SshProtocol.Sftp.Wire;

/// <summary>Sizes of SFTP packets. The announced ones are those of OpenSSH's limits@openssh.com, which clients are built around.</summary>
internal static class SftpLimits
{
    /// <summary>Version that is spoken.</summary>
    public const uint Version = 3;

    /// <summary>Longest packet that is announced.</summary>
    public const int AnnouncedPacketLength = 256 * 1024;

    /// <summary>Longest packet that is taken: a WRITE of 256 KiB with its header, as some clients send.</summary>
    public const int MaxPacketLength = AnnouncedPacketLength + 1024;

    /// <summary>Most data in one READ reply; longer requests are cut to it.</summary>
    public const int MaxReadLength = AnnouncedPacketLength - 1024;

    /// <summary>Most data in one WRITE that is announced.</summary>
    public const int MaxWriteLength = AnnouncedPacketLength - 1024;

    /// <summary>Longest handle that the draft allows (§6.2).</summary>
    public const int MaxHandleLength = 256;

    /// <summary>Most extended attribute pairs in one ATTRS.</summary>
    public const int MaxExtendedAttributes = 64;

    /// <summary>uint32 length, byte type, uint32 id, uint32 count: what stands in front of the data of a DATA reply.</summary>
    public const int DataHeaderLength = 4 + 1 + 4 + 4;

    /// <summary>uint32 length, byte type, uint32 id.</summary>
    public const int HeaderLength = 4 + 1 + 4;
}
